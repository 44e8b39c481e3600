"""/coordination/ itself."""

from django.urls import path

from coordination.views import home

urlpatterns = [path("", home.coordination, name="coordination")]
