from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Patients"

    def ready(self) -> None:
        # Listens to what delivery learns about addresses.
        from patients import notifications  # noqa: F401
