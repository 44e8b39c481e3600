"""/mon-espace/concertations/: what a patient reads of the meetings that speak of him."""

from django.urls import path

from coordination.views import my_meetings

urlpatterns = [
    path("concertations/", my_meetings.my_meetings, name="my_meetings"),
    path("concertations/<int:pk>/", my_meetings.oppose_meeting, name="oppose_meeting"),
    path("concertations/<int:pk>/fiche.pdf", my_meetings.my_decision, name="my_decision"),
]
