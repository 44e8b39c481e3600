"""/tele-expertise/: opinions asked at a distance."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
