"""/mon-espace/: what concerns the person himself; appointments are added by their own room."""

from django.urls import path

from patients.views import care, identity, preferences, relatives

urlpatterns = [
    path("identite/", identity.my_identity, name="my_identity"),
    path("identite/<int:pk>/", identity.identity, name="identity"),
    path("proches/", relatives.my_relatives, name="my_relatives"),
    path("proches/ajouter/", relatives.add_a_relative, name="add_a_relative"),
    path("proches/<int:pk>/terminer/", relatives.end_relative, name="end_relative"),
    path("messages/", preferences.my_notices, name="my_notices"),
    path("securite/", preferences.my_security, name="my_security"),
    path("soignants/", care.my_care_team, name="my_care_team"),
    path("soignants/<int:pk>/ajouter/", care.add_to_care_team, name="add_to_care_team"),
    path("soignants/<int:pk>/<int:practitioner_pk>/retirer/", care.leave_care_team, name="leave_care_team"),
    path("soignants/<int:pk>/opposition/", care.oppose, name="oppose_house"),
    path("soignants/<int:pk>/<int:practitioner_pk>/opposition/", care.oppose, name="oppose"),
    path("accords/<int:pk>/retirer/", care.withdraw, name="withdraw_consent"),
    path("acces/", preferences.record_openings, name="record_openings"),
]
