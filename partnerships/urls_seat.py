"""The seats of programmes and sessions."""

from django.urls import path

from partnerships.views import seats

urlpatterns = [
    path("consultations/<int:pk>/places/", seats.programme_seats, name="programme_seats"),
    path("places/<int:pk>/retirer/", seats.drop_seats, name="drop_seats"),
    path("seances/<int:pk>/places/", seats.session_seats, name="session_seats"),
]
