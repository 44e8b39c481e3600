from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.supervise import refuse_alone
from appointments.actions.watch import Watched, watch
from appointments.models import Opening
from appointments.models.disruption import Cause
from appointments.opening_guards import ask_guards
from core.audit.record import record


@transaction.atomic
def restore_opening(opening: Opening, *, actor: AbstractBaseUser | None) -> Watched:
    """A cancelled time is open again, and its patients leave the worklist."""
    ask_guards(opening)
    with watch([opening.practitioner_id], Cause.OPENING_CANCELLED) as watched:
        opening.cancelled_at = None
        opening.save(update_fields=["cancelled_at"])
    refuse_alone(opening)
    record(
        actor,
        "opening.restore",
        opening,
        start=opening.start_at.isoformat(),
        settled=watched.settled,
    )
    return watched
