from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.supervise import refuse_alone
from appointments.actions.watch import Watched, watch
from appointments.models import Opening, VisitReason
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def change_opening(
    opening: Opening, reasons: Iterable[VisitReason], *, actor: AbstractBaseUser | None
) -> Watched:
    """Other hours, place or reasons on this one day. From now on its rule leaves it alone."""
    with watch([opening.practitioner_id], Cause.OPENING_CANCELLED) as watched:
        before = Opening.objects.get(pk=opening.pk)
        opening.is_edited = opening.rule_id is not None
        opening.save(force_update=True)
        opening.reasons.set(reasons)
    refuse_alone(opening)
    record(
        actor,
        "opening.change",
        opening,
        before=[before.start_at.isoformat(), before.end_at.isoformat()],
        after=[opening.start_at.isoformat(), opening.end_at.isoformat()],
        stranded=watched.stranded,
        settled=watched.settled,
    )
    return watched
