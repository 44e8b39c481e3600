from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        # Registers the messages that this room sends, what it says of itself in the record, and what it follows in the
        # rooms below; answers the schedule about the seats of sessions.
        from partnerships import (  # noqa: F401
            export_return_letters,
            notifications,
            notifications_invitations,
            notifications_letters,
            seat_usher,
            timeline_return_letter,
            waiting_letters,
        )
        from partnerships.actions import follow_request  # noqa: F401
