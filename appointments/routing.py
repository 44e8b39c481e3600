"""The addresses of sockets."""

from django.urls import path

from appointments.consumers import ScheduleConsumer

websocket_urlpatterns = [path("planning/direct/", ScheduleConsumer.as_asgi())]
