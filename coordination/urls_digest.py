"""/coordination/nouvelles/: how one is told by e-mail of what waits."""

from django.urls import path

from coordination.views import digest

urlpatterns = [
    path("nouvelles/", digest.digest_settings, name="digest_settings"),
    path("nouvelles/arret/<uuid:key>/", digest.stop_digest, name="stop_digest"),
]
