from django.apps import AppConfig


class TeleconsultConfig(AppConfig):
    name = "teleconsult"
    verbose_name = "Téléconsultation"

    def ready(self) -> None:
        """Registers the messages that this room sends, and what it says of itself in the record."""
        from teleconsult import (  # noqa: F401
            export_photos,
            panels_photos,
            signals_photos,
            tasks_photos,
            timeline_photos,
            digest_expertise,
            endings_expertise,
            expertise_care,
            export_expertise,
            notifications_expertise,
            panels_expertise,
            signals_expertise,
            tasks_expertise,
            timeline_expertise,
            waiting_expertise,
        )
        from teleconsult import notifications_video, video_links  # noqa: F401 – its messages; the link in others
            export_video,
            home_video,
            notifications_video,
            signals_video,
            timeline_video,
            video_links,
        )
        from teleconsult.actions import plan_video_visits  # noqa: F401 – follows the appointments
