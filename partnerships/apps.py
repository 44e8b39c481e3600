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
        # Registers what of this room happens in a patient's life, the messages that it sends, and who answers the
        # schedule about the seats of sessions.
        from partnerships import (  # noqa: F401
            endings_request,
            export_requests,
            notifications,
            notifications_request,
            panels_request,
            seat_usher,
            signals_request,
            timeline_request,
            waiting_request,
        )
        from partnerships.actions import request_care  # noqa: F401 – keeps the reason rows of open requests
