"""/partenaires/: who waits for a programme, who is invited, and the patient's own page."""

from django.urls import path

from partnerships.views import choose_seat, waiting_list

urlpatterns = [
    path(
        "consultations/<int:pk>/attente/", waiting_list.programme_waiting_list, name="programme_waiting_list"
    ),
    path("consultations/<int:pk>/attente/inviter/", waiting_list.invite_waiting, name="invite_waiting"),
    path("demandes/<int:pk>/place/", waiting_list.book_request, name="book_request"),
    path("demandes/<int:pk>/suivi/", waiting_list.invite_follow_up, name="invite_follow_up"),
    path(
        "invitations/<int:pk>/retirer/",
        waiting_list.revoke_request_invitation,
        name="revoke_request_invitation",
    ),
    path("choisir/<str:token>/", choose_seat.choose_seat, name="choose_seat"),
]
