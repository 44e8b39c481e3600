"""The waiting list: the link of an offer, the patient's own requests, the team's list."""

from django.urls import path

from appointments import converters  # noqa: F401 – registers « reference »
from appointments.views import offers, waiting, waiting_list

urlpatterns = [
    path("place/<str:token>/", offers.offer, name="offer"),
    path("place/<str:token>/accepter/", offers.accept_offer, name="accept_offer"),
    path("place/<str:token>/refuser/", offers.decline_offer, name="decline_offer"),
    path("place/<str:token>/quitter/", offers.leave_waiting, name="leave_waiting"),
    path("mon-espace/attente/", waiting.my_waiting, name="my_waiting"),
    path("mon-espace/attente/nouvelle/", waiting.ask_place, name="ask_place"),
    path("mon-espace/attente/<int:pk>/quitter/", waiting.leave_list, name="leave_list"),
    path("mon-espace/attente/<int:pk>/reprendre/", waiting.resume_waiting, name="resume_waiting"),
    path("rendez-vous/<reference:reference>/plus-tot/", waiting.ask_earlier, name="ask_earlier"),
    path("liste-attente/", waiting_list.waiting_list, name="waiting_list"),
    path("liste-attente/places/", waiting_list.offered_slots, name="offered_slots"),
    path("liste-attente/<int:pk>/", waiting_list.waiting_request, name="waiting_request"),
    path("liste-attente/<int:pk>/tour/", waiting_list.prioritise, name="prioritise"),
    path("liste-attente/<int:pk>/proposer/", waiting_list.offer_by_hand, name="offer_by_hand"),
    path("liste-attente/<int:pk>/retirer-offre/", waiting_list.take_back_offer, name="take_back_offer"),
    path("liste-attente/<int:pk>/retirer/", waiting_list.end_waiting, name="end_waiting"),
    path("liste-attente/<int:pk>/reprendre/", waiting_list.resume_for_patient, name="resume_for_patient"),
    path("patients/<int:pk>/attente/", waiting_list.add_waiting, name="add_waiting"),
]
