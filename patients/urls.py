"""/patients/: the desk's and the professionals' side."""

from django.urls import path

from patients.views import desk, duplicates, emergency, ins, online_access, proxies, pseudonyms, word

urlpatterns = [
    path("", desk.patient_search, name="patient_search"),
    path("nouveau/", desk.create_patient, name="create_patient"),
    path("<int:pk>/coordonnees/", desk.edit_contact, name="edit_contact"),
    path("doublons/", duplicates.duplicates, name="duplicates"),
    path("doublons/<int:kept>/<int:absorbed>/", duplicates.compare_records, name="compare_records"),
    path("doublons/fusions/<int:pk>/", duplicates.separate_records, name="separate_records"),
    path("<int:pk>/doublons/", duplicates.duplicates_of, name="duplicates_of"),
    path("<int:pk>/ins/", ins.retrieve_ins, name="retrieve_ins"),
    path("pseudonymes/", pseudonyms.pseudonyms, name="pseudonyms"),
    path("pseudonymes/nouveau/", pseudonyms.create_pseudonym, name="create_pseudonym"),
    path("<int:pk>/pseudonyme/lever/", pseudonyms.lift_pseudonym, name="lift_pseudonym"),
    path("<int:pk>/identite/", desk.correct_identity, name="correct_identity"),
    path("<int:pk>/information/", word.note_word, name="note_word"),
    path("urgence/", emergency.emergency_access, name="emergency_access"),
    path("bris-de-glace/", emergency.emergency_reviews, name="emergency_reviews"),
    path("bris-de-glace/<int:pk>/", emergency.emergency_review, name="emergency_review"),
    path("acces/<int:pk>/", online_access.waiting_reset, name="waiting_reset"),
    path("demandes/", proxies.proxy_requests, name="proxy_requests"),
    path("demandes/<int:pk>/", proxies.proxy_request, name="proxy_request"),
]
