from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.watch import Watched, watch
from appointments.models import Absence
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def withdraw_absence(absence: Absence, *, actor: AbstractBaseUser | None) -> Watched:
    """He comes after all: the openings count again, and patients who were waiting for an answer are expected."""
    with watch([absence.practitioner_id], Cause.ABSENCE) as watched:
        Absence.objects.filter(pk=absence.pk).delete()
    record(
        actor,
        "absence.withdraw",
        absence,
        start=absence.start_at.isoformat(),
        end=absence.end_at.isoformat(),
        settled=watched.settled,
    )
    return watched
