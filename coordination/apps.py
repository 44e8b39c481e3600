from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "coordination"
    verbose_name = "Coordination"

    def ready(self) -> None:
        # Registers what of this room happens in a patient's life, and the messages that it sends.
        from coordination import (  # noqa: F401
            cooperation_rules,
            digest_items,
            digest_message,
            document_messages,
            endings_care,
            export_documents,
            export_meetings,
            export_notes,
            export_pathways,
            export_record,
            export_referrals,
            export_talk,
            home_meetings,
            home_protocols,
            home_work,
            meeting_messages,
            notifications,
            notifications_pathways,
            notifications_stays,
            panels_documents,
            panels_meetings,
            panels_notes,
            panels_pathways,
            panels_plans,
            panels_record,
            panels_referral,
            panels_talk,
            protocol_messages,
            referral_notifications,
            referral_waiting,
            signals,
            signals_documents,
            signals_record,
            timeline_appointments,
            timeline_consents,
            timeline_documents,
            timeline_facts,
            timeline_meetings,
            timeline_notes,
            timeline_pathways,
            timeline_referral,
            waiting,
            waiting_notes,
        )
        from coordination.actions import debrief  # noqa: F401 – follows the visits that end
