"""The addresses of sockets."""

from django.urls import path

from teleconsult.consumers import CallConsumer

websocket_urlpatterns = [path("teleconsultation/<uuid:key>/signaux/", CallConsumer.as_asgi())]
