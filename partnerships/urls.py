"""/partenaires/: whom the house works with."""

from django.urls import path

from partnerships.views import agreements, partners

urlpatterns = [
    path("", partners.partners, name="partners"),
    path("nouveau/", partners.add_partner, name="add_partner"),
    path("<int:pk>/", partners.partner, name="partner"),
    path("<int:pk>/modifier/", partners.edit_partner, name="edit_partner"),
    path("<int:pk>/contacts/", partners.add_partner_contact, name="add_partner_contact"),
    path("contacts/<int:pk>/", partners.edit_partner_contact, name="edit_partner_contact"),
    path("contacts/<int:pk>/retirer/", partners.remove_partner_contact, name="remove_partner_contact"),
    path("<int:pk>/professionnels/", partners.add_partner_professional, name="add_partner_professional"),
    path(
        "professionnels/<int:pk>/terminer/",
        partners.end_partner_professional,
        name="end_partner_professional",
    ),
    path("<int:pk>/conventions/", agreements.add_agreement, name="add_agreement"),
    path("conventions/<int:pk>/", agreements.agreement, name="agreement"),
    path("conventions/<int:pk>/corriger/", agreements.edit_agreement, name="edit_agreement"),
    path("conventions/<int:pk>/renouveler/", agreements.renew_agreement, name="renew_agreement"),
    path("conventions/<int:pk>/suspendre/", agreements.suspend_agreement, name="suspend_agreement"),
    path("suspensions/<int:pk>/lever/", agreements.resume_agreement, name="resume_agreement"),
    path("conventions/<int:pk>/denoncer/", agreements.end_agreement, name="end_agreement"),
]
