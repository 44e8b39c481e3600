from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.watch import Watched, watch
from appointments.models import Absence
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def declare_absence(absence: Absence, *, actor: AbstractBaseUser | None) -> Watched:
    """The practitioner is away: nothing more can be booked, and who is booked already is on the worklist."""
    with watch([absence.practitioner_id], Cause.ABSENCE) as watched:
        absence.created_by_id = actor.pk if actor is not None else None
        absence.save(force_insert=True)
    record(
        actor,
        "absence.declare",
        absence,
        start=absence.start_at.isoformat(),
        end=absence.end_at.isoformat(),
        stranded=watched.stranded,
    )
    return watched
