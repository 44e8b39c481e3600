from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        # Registers the kinds of message that this room sends, and the reason to open a record that it knows.
        from appointments.access import (
            team_by_appointment,
            visits_that_open,
        )
        from appointments.notifications import (  # noqa: F401
            kinds,
            offers,
            several_kinds,
            supervision,
            workshop_kinds,
        )
        from patients.access import Ground, add_ground

        add_ground(Ground(gettext_lazy("rendez-vous"), visits_that_open), team_by_appointment)
