"""Closing the trail, stretch by stretch: what is sealed cannot be changed unseen, even by who owns the database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction

from core import clock
from core.audit.models import AuditEvent, AuditSeal
from core.db import lock

# No transaction of the portal lasts as long: whatever began before has been written or given up.
SETTLED_AFTER = timedelta(minutes=10)

COLUMNS = (
    "pk",
    "at",
    "actor_id",
    "actor_label",
    "action",
    "subject_type",
    "subject_id",
    "patient_id",
    "reason",
    "detail",
)


def digest(previous: str, since: datetime | None, until: datetime) -> tuple[str, int]:
    """SHA-256 over the previous digest and every line of [since, until[ in order; and how many lines there are."""
    events = AuditEvent.objects.filter(at__lt=until).order_by("at", "pk")
    if since is not None:
        events = events.filter(at__gte=since)
    found = sha256(previous.encode())
    count = 0
    for row in events.values_list(*COLUMNS).iterator(chunk_size=5000):
        found.update(_line(row))
        count += 1
    return found.hexdigest(), count


def _line(row: Iterable[object]) -> bytes:
    values = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
    return json.dumps(values, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def seal() -> list[AuditSeal]:
    """Close all that has settled since the last seal: one stretch for each day of the house that has lines.

    Two callers at once make the same seals once.
    """
    end = clock.now() - SETTLED_AFTER
    made = []
    with transaction.atomic():
        lock("audit-seal", 1)
        last = AuditSeal.objects.order_by("-until").first()
        while (following := _next(last, end)) is not None:
            following.save(force_insert=True)
            made.append(following)
            last = following
    return made


def _next(last: AuditSeal | None, end: datetime) -> AuditSeal | None:
    """The stretch after the last one that holds lines, up to its midnight."""
    since = last.until if last else None
    events = AuditEvent.objects.filter(at__lt=end).order_by("at")
    first = (events.filter(at__gte=since) if since else events).values_list("at", flat=True).first()
    if first is None:
        return None
    day = clock.local(first).date()
    until = min(clock.day_bounds(day)[1], end)
    previous = last.digest if last else ""
    found, count = digest(previous, since, until)
    return AuditSeal(
        day=day,
        number=last.number + 1 if last and last.day == day else 1,
        since=since,
        until=until,
        events=count,
        previous_digest=previous,
        digest=found,
    )
