"""The page of a practitioner, and the screens on which he sets his hours."""

from django.urls import path

from appointments.views.practitioner import practitioner

urlpatterns = [
    path("praticiens/<slug:slug>/", practitioner, name="practitioner"),
]
