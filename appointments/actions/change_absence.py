from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.watch import Watched, watch
from appointments.models import Absence
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def change_absence(absence: Absence, *, actor: AbstractBaseUser | None) -> Watched:
    """Longer, shorter or at another time: some patients join the worklist, others leave it."""
    with watch([absence.practitioner_id], Cause.ABSENCE) as watched:
        before = Absence.objects.get(pk=absence.pk)
        absence.save(force_update=True)
    record(
        actor,
        "absence.change",
        absence,
        before=[before.start_at.isoformat(), before.end_at.isoformat()],
        after=[absence.start_at.isoformat(), absence.end_at.isoformat()],
        stranded=watched.stranded,
        settled=watched.settled,
    )
    return watched
