"""The addresses of sockets."""

from django.urls import path

from teleconsult.consumers import CallConsumer, CheckConsumer

websocket_urlpatterns = [
    path("teleconsultation/<uuid:key>/signaux/", CallConsumer.as_asgi()),
    path("teleconsultation/essai/signaux/", CheckConsumer.as_asgi()),
]
