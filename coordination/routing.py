"""The addresses of sockets."""

from django.urls import path

from coordination.consumers import ConversationConsumer

websocket_urlpatterns = [path("coordination/direct/", ConversationConsumer.as_asgi())]
