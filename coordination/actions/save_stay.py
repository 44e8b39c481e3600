"""A trainee's stay: when, at which level, under whom, and who answers for each half-day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.models import User
from appointments.actions.watch import Watched, watch
from appointments.models import StayHalfDay
from appointments.models.disruption import Cause
from coordination.models import StayNote
from core.audit.record import record
from practitioners.models import Internship, Practitioner

type HalfDays = Mapping[tuple[int, str], int]


@transaction.atomic
def save_stay(
    stay: Internship, supervisors: Sequence[Practitioner], half_days: HalfDays, *, actor: User
) -> Watched:
    """`half_days`: (weekday, half) → the supervisor named for it. The trainee's hours follow at once."""
    is_new = stay.pk is None
    with watch([stay.intern_id], Cause.ABSENCE) as watched:
        stay.save()
        stay.supervisors.set(supervisors)
        known = {one.pk for one in supervisors}
        stay.half_days.all().delete()
        StayHalfDay.objects.bulk_create(
            [
                StayHalfDay(stay=stay, weekday=weekday, half=half, supervisor_id=key)
                for (weekday, half), key in sorted(half_days.items())
                if key in known
            ]
        )
    record(
        actor,
        "stay.added" if is_new else "stay.changed",
        stay,
        supervisors=sorted(known),
        since=stay.since.isoformat(),
        until=stay.until.isoformat(),
        stranded=watched.stranded,
    )
    return watched


@transaction.atomic
def write_stay_note(stay: Internship, text: str, *, actor: User) -> StayNote:
    note = StayNote.objects.create(stay=stay, author=actor, text=text.strip())
    record(actor, "stay.noted", note)
    return note
