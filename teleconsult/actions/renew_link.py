"""« Renvoyer un nouveau lien »: the old one opens nothing any more, the new one leaves at once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from teleconsult import notifications_video as notifications
from teleconsult.access import opens_still
from teleconsult.actions.admit import DoorsClosed, VisitOver
from teleconsult.actions.at_the_door import locked
from teleconsult.models import Participant


class NoLinkNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne entre par son compte : elle n’a pas besoin de lien."))


def renew_link(participant: Participant, *, by: User) -> int:
    """How many messages left. Who had come in by the old link knocks anew; who was admitted stays in the call's seat
    no longer. Raises `VisitOver`, `DoorsClosed`, `NoLinkNeeded`.
    """
    with transaction.atomic():
        participant = locked(participant)
        if not participant.visit.is_open:
            raise VisitOver
        if not opens_still(participant.visit, clock.now()):
            raise DoorsClosed
        if not participant.comes_by_link:
            raise NoLinkNeeded
        participant.token_version = F("token_version") + 1
        participant.arrived_at = participant.refused_at = participant.left_at = None
        participant.admitted_at = participant.admitted_by = participant.seat = None
        participant.refusal_note = ""
        participant.save()
        participant.refresh_from_db(fields=["token_version"])
        record(
            by,
            "video_visit.link_renewed",
            participant.visit,
            patient_id=participant.visit.appointment.patient_id,
            participant=participant.pk,
        )
        return notifications.link_renewed(participant)
