from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Patients"

    def ready(self) -> None:
        # Registers the kinds of message that this room sends; listens to what delivery learns about addresses.
        from patients import notifications, signals  # noqa: F401
