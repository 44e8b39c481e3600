from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        # Registers the messages that this room sends.
        # Answers the schedule about the seats of sessions.
        from partnerships import (
            notifications,  # noqa: F401
            seat_usher,  # noqa: F401
        )
