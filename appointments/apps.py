from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        # Registers the kinds of message that this room sends, and the reason to open a record that it knows.
        from appointments.access import (
            patients_by_appointment,
            takes_part_by_appointment,
            team_by_appointment,
        )
        from appointments.notifications import (  # noqa: F401
            kinds,
            offers,
            several_kinds,
            supervision,
            workshop_kinds,
        )
        from patients.access import add_ground

        add_ground(takes_part_by_appointment, patients_by_appointment, team_by_appointment)
