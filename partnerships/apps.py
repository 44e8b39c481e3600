from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        # Registers the messages that this room sends, what it says of itself in the record, what of it waits for
        # somebody, and what it follows in the rooms below; answers the schedule about the seats of sessions.
        from partnerships import (  # noqa: F401
            digest_items,
            digest_session_cascade,
            endings_request,
            export_requests,
            export_return_letters,
            home_desk,
            home_session_cascade,
            notifications,
            notifications_invitations,
            notifications_letter_links,
            notifications_letters,
            notifications_partner,
            notifications_point,
            notifications_request,
            notifications_session_cascade,
            panels_request,
            seat_usher,
            session_guard,
            signals_request,
            timeline_request,
            timeline_return_letter,
            waiting_letters,
            waiting_request,
        )
        from partnerships.actions import (  # noqa: F401
            follow_request,
            request_care,  # keeps the reason rows of open requests
        )
