from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.supervise import refuse_alone
from appointments.actions.watch import watch
from appointments.models import Opening, VisitReason
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def add_opening(
    opening: Opening, reasons: Iterable[VisitReason], *, actor: AbstractBaseUser | None
) -> Opening:
    """One more time to receive, on one day."""
    with watch([opening.practitioner_id], Cause.OPENING_CANCELLED) as watched:
        opening.save(force_insert=True)
        opening.reasons.set(reasons)
    refuse_alone(opening)
    record(
        actor,
        "opening.add",
        opening,
        start=opening.start_at.isoformat(),
        end=opening.end_at.isoformat(),
        settled=watched.settled,
    )
    return opening
