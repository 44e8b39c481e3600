from django.urls import path

from core.outbox import views

urlpatterns = [
    path("pilotage/messages/", views.outbox_messages, name="outbox_messages"),
    path("pilotage/messages/renvoyer/", views.resend_failed_messages, name="resend_failed_messages"),
    path("pilotage/messages/<int:pk>/renvoyer/", views.resend_message, name="resend_message"),
]
