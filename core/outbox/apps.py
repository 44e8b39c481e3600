from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "core.outbox"
    label = "outbox"
    verbose_name = "Messages"

    def ready(self) -> None:
        # Registers the kind of message that accounts send.
        from core.outbox import mail_backend  # noqa: F401
