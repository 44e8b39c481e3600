from django.apps import AppConfig


class TeleconsultConfig(AppConfig):
    name = "teleconsult"
    verbose_name = "Téléconsultation"

    def ready(self) -> None:
        # Registers the messages that this room sends, what it says of itself in the record, what waits for somebody.
        from teleconsult import (  # noqa: F401
            digest_expertise,
            endings_expertise,
            expertise_care,
            export_expertise,
            export_photos,
            export_video,
            home_video,
            notifications_expertise,
            notifications_video,
            panels_expertise,
            panels_photos,
            request_photos,
            signals_expertise,
            signals_photos,
            signals_video,
            tasks_expertise,
            tasks_photos,
            timeline_expertise,
            timeline_photos,
            timeline_video,
            video_links,
            waiting_expertise,
        )
        from teleconsult.actions import plan_video_visits  # noqa: F401 – follows the appointments
