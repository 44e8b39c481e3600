"""/teleconsultation/: visits by video."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
