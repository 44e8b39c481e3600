"""/mon-espace/ and the desk's list beside it: what shows appointments."""

from django.urls import path

from appointments import converters  # noqa: F401 – registers « reference »
from appointments.views import erasures, identities, my_data, my_space

urlpatterns = [
    path("mon-espace/", my_space.my_space, name="my_space"),
    path("mon-espace/rendez-vous/passes/", my_space.past_appointments, name="past_appointments"),
    path(
        "mon-espace/rendez-vous/<reference:reference>/annuler/",
        my_space.cancel_appointment,
        name="cancel_appointment",
    ),
    path("mon-espace/donnees/", my_data.my_data, name="my_data"),
    path("mon-espace/donnees/fichier/", my_data.export_json, name="export_json"),
    path("mon-espace/donnees/page/", my_data.export_page, name="export_page"),
    path("mon-espace/donnees/archive/", my_data.export_archive, name="export_archive"),
    path("mon-espace/donnees/effacer/", my_data.ask_erasure, name="ask_erasure"),
    path("mon-espace/donnees/effacer/retirer/", my_data.drop_erasure, name="drop_erasure"),
    path("patients/identites/", identities.identities, name="identities"),
    path("patients/effacements/", erasures.erasure_requests, name="erasure_requests"),
    path("patients/effacements/<int:pk>/", erasures.erasure_request, name="erasure_request"),
]
