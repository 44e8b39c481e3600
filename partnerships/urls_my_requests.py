"""/mon-espace/consultations/: what was asked for me of a partner of the house, and what I ask myself."""

from django.urls import path

from partnerships.views import my_requests

urlpatterns = [
    path("", my_requests.my_consultation_requests, name="my_consultation_requests"),
    path("<int:pk>/", my_requests.my_consultation_request, name="my_consultation_request"),
    path("demander/<int:pk>/", my_requests.ask_for_myself, name="ask_for_myself"),
]
