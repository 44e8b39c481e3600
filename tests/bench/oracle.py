"""What is free, found out by trying every start against every row: slow, and too simple to be wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from appointments.models import Absence, Appointment, Closure, ExternalBusy, Opening, VisitReason

type Start = tuple[int, int]


def free_starts(
    reasons: Collection[VisitReason], start: datetime, end: datetime, now: datetime
) -> set[Start]:
    """(reason, seconds since the epoch) of every start in [start, end[ that the public may book."""
    visits: dict[Any, list[Any]] = defaultdict(list)
    near = Appointment.objects.filter(occupies=True, start_at__lt=end + timedelta(days=1), end_at__gte=start)
    for visit in near:
        if visit.held_until is None or visit.held_until > now:
            for who in (visit.practitioner_id, ("room", visit.room_id)):
                visits[who].append((visit.start_at, visit.blocked_until))
    away: dict[Any, list[Any]] = defaultdict(list)
    for absence in (*Absence.objects.all(), *ExternalBusy.objects.all()):
        away[absence.practitioner_id].append((absence.start_at, absence.end_at))
    for closure in Closure.objects.all():
        away["centre", closure.centre_id, closure.place_id].append((closure.start_at, closure.end_at))
    found: set[Start] = set()
    for reason in reasons:
        first, last = reason.bookable_window(now)
        openings = Opening.objects.filter(
            practitioner=reason.practitioner_id,
            cancelled_at=None,
            audience="everyone",
            start_at__lt=end,
            end_at__gt=start,
            reasons=None,
        )
        for opening in openings.order_by("pk"):
            blocks = visits[reason.practitioner_id] + (
                visits["room", opening.room_id] if opening.room_id else []
            )
            centre = reason.practitioner.centre_id
            leaves = (
                away[reason.practitioner_id]
                + away["centre", centre, None]
                + away["centre", centre, opening.place_id]
            )
            at = opening.start_at
            while at + reason.duration <= opening.end_at:
                done = at + reason.duration
                clear = done + reason.buffer
                if (
                    max(start, first) <= at < min(end, last)
                    and not any(since < clear and until > at for since, until in blocks)
                    and not any(since < done and until > at for since, until in leaves)
                ):
                    found.add((reason.pk, int(at.timestamp())))
                at += timedelta(minutes=reason.grid_minutes)
    return found
