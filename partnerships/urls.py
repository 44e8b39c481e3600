"""/partenaires/: whom the house works with."""

from django.urls import include, path

from partnerships.views import agreements, answer, delays, partners, programmes, sessions

urlpatterns = [
    path("", include("partnerships.urls_request")),
    path("", include("partnerships.urls_desk")),
    path("", partners.partners, name="partners"),
    path("", include("partnerships.urls_invitations")),
    path("", include("partnerships.urls_return_letters")),
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
    path("<int:pk>/consultations/", programmes.add_programme, name="add_programme"),
    path("consultations/<int:pk>/", programmes.programme, name="programme"),
    path("consultations/<int:pk>/modifier/", programmes.edit_programme, name="edit_programme"),
    path("consultations/<int:pk>/rythme/", programmes.add_session_pattern, name="add_session_pattern"),
    path("rythmes/<int:pk>/terminer/", programmes.end_session_pattern, name="end_session_pattern"),
    path("seances/", sessions.consultation_sessions, name="consultation_sessions"),
    path(
        "consultations/<int:pk>/seance/", sessions.add_consultation_session, name="add_consultation_session"
    ),
    path("seances/<int:pk>/", sessions.consultation_session, name="consultation_session"),
    path(
        "seances/<int:pk>/confirmer/",
        sessions.confirm_consultation_session,
        name="confirm_consultation_session",
    ),
    path(
        "seances/<int:pk>/annuler/", sessions.cancel_consultation_session, name="cancel_consultation_session"
    ),
    path(
        "seances/<int:pk>/remplacer/",
        sessions.replace_consultation_session,
        name="replace_consultation_session",
    ),
    path("delais/", delays.request_delays, name="request_delays"),
    path("consultations/<int:pk>/delais/", delays.programme_delays, name="programme_delays"),
    path("", include("partnerships.urls_agreement_document")),
    path("", include("partnerships.urls_seat")),
    path("seances/repondre/<str:token>/", answer.answer_session, name="answer_session"),
    path("", include("partnerships.urls_session_cascade")),
]
