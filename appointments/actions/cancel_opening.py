from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.watch import Watched, watch
from appointments.models import Opening
from appointments.models.disruption import Cause
from appointments.opening_guards import ask_guards
from core import clock
from core.audit.record import record


@transaction.atomic
def cancel_opening(opening: Opening, *, actor: AbstractBaseUser | None) -> Watched:
    """Nobody is received at this time after all. The row stays, so that unfolding does not bring it back."""
    ask_guards(opening)
    with watch([opening.practitioner_id], Cause.OPENING_CANCELLED) as watched:
        opening.cancelled_at = clock.now()
        opening.save(update_fields=["cancelled_at"])
    record(
        actor,
        "opening.cancel",
        opening,
        start=opening.start_at.isoformat(),
        stranded=watched.stranded,
    )
    return watched
