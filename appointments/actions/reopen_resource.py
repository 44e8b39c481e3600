"""A room or a device can be had again."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.coverage import timetables, troubled
from appointments.models import Disruption, ResourceClosure
from appointments.models.disruption import Cause, Outcome
from appointments.resources import visits_touched
from core import clock
from core.audit.record import record
from core.db import lock


def reopen_resource(closure: ResourceClosure, *, actor: AbstractBaseUser | None) -> list[int]:
    """A closure to come is called off, one that runs ends now. Visits that are fine again leave the worklist.

    Answers their keys. Doing it twice does it once.
    """
    with transaction.atomic():
        touched = list(visits_touched(closure).select_related("reason"))
        practitioners = sorted({visit.practitioner_id for visit in touched})
        lock("agenda", *practitioners)
        lock(*closure.lock_key)
        now = clock.now()
        standing = ResourceClosure.objects.filter(pk=closure.pk, end_at__gt=now)
        if closure.start_at < now:
            changed = standing.update(end_at=now)
        else:
            changed, _rows = standing.delete()
        if not changed:
            return []
        still = troubled(touched, timetables(practitioners, now), Cause.RESOURCE)
        fine = sorted(visit.pk for visit in touched if visit.pk not in still)
        Disruption.objects.filter(appointment__in=fine, settled_at=None).update(
            settled_at=now, outcome=Outcome.KEPT
        )
        record(
            actor,
            "resource.reopen",
            closure,
            resource=":".join(map(str, closure.lock_key)),
            settled=fine,
        )
    return fine
