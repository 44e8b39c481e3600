from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = "Coordination"

    def ready(self) -> None:
        # Registers what of this room happens in a patient's life, and the messages that it sends.
        from coordination import (  # noqa: F401
            notifications,
            panels_record,
            timeline_appointments,
            timeline_consents,
            timeline_facts,
            waiting,
        )
