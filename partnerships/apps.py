from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        # Registers the messages that this room sends, and what it follows in the rooms below; answers the schedule
        # about the seats of sessions.
        from partnerships import notifications, notifications_invitations, seat_usher  # noqa: F401
        from partnerships.actions import follow_request  # noqa: F401
