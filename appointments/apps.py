from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        # Registers the kinds of message that this room sends.
        from appointments.notifications import kinds  # noqa: F401
