"""The two-step lease: a worker takes rows, says until when, and lets go of the lock before it sends anything.

Killed in between, its rows come up again when the lease has run out. No lock is held while a carrier is slow, so no
message can block the queue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage, OutboxQuerySet, State

MAX_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
# One in four of a batch is the newest: a sign-in code does not queue behind the morning's reminders.
NEWEST_SHARE = 4


def lease() -> timedelta:
    return timedelta(seconds=int(settings.OUTBOX_LEASE_SECONDS))


def pause_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … up to an hour between two attempts."""
    return min(FIRST_PAUSE * (1 << max(attempts - 1, 0)), LONGEST_PAUSE)


def claim(channel: str, limit: int, now: datetime | None = None) -> list[OutboxMessage]:
    """At most `limit` due rows and those that leave with them, ours until the lease ends."""
    now = now or clock.now()
    with transaction.atomic():
        due = (
            OutboxMessage.objects.due(now)
            .filter(channel=channel)
            .select_for_update(skip_locked=True, no_key=True)
            .defer("sent_subject", "sent_body", "last_error")
        )
        rows = _some(due, limit)
        rows += _companions(rows, due)
        _lease(rows, now)
    return rows


def _some(due: OutboxQuerySet, limit: int) -> list[OutboxMessage]:
    oldest_first = list(due.order_by("next_attempt_at", "id")[:limit])
    if len(oldest_first) < limit:
        return oldest_first
    newest = list(due.order_by("-next_attempt_at", "-id")[: limit // NEWEST_SHARE])
    taken = {row.pk for row in newest}
    return newest + [row for row in oldest_first if row.pk not in taken][: limit - len(newest)]


def _companions(rows: list[OutboxMessage], due: OutboxQuerySet) -> list[OutboxMessage]:
    """Waiting rows of the same person, day and kind whose own time is near enough to leave together."""
    horizons: dict[str, datetime] = {}
    for row in rows:
        kind = registry.find(row.kind)
        if row.merge_key and kind is not None:
            horizons[row.merge_key] = max(
                horizons.get(row.merge_key, row.due_at), row.due_at + kind.merges_within
            )
    if not horizons:
        return []
    others = (
        OutboxMessage.objects.filter(state=State.DUE, merge_key__in=horizons)
        .exclude(pk__in=[row.pk for row in rows])
        .select_for_update(skip_locked=True, no_key=True)
        .defer("sent_subject", "sent_body", "last_error")
    )
    return [other for other in others if other.due_at <= horizons[other.merge_key]]


def _lease(rows: Iterable[OutboxMessage], now: datetime) -> None:
    by_attempts: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_attempts[row.attempts].append(row.pk)
        row.attempts += 1
        row.next_attempt_at = now + lease() + pause_after(row.attempts)
    for attempts, keys in by_attempts.items():
        OutboxMessage.objects.filter(pk__in=keys).update(
            attempts=attempts + 1, next_attempt_at=now + lease() + pause_after(attempts + 1)
        )


def give_back(rows: Iterable[OutboxMessage], at: datetime, error: str = "") -> None:
    """Not tried after all: due again at that time, and the attempt does not count."""
    _returned(rows).update(attempts=F("attempts") - 1, next_attempt_at=at, last_error=error)


def postpone(rows: Iterable[OutboxMessage], at: datetime) -> None:
    """Nobody is late: their time itself is another one."""
    _returned(rows).update(attempts=F("attempts") - 1, next_attempt_at=at, due_at=at)


def _returned(rows: Iterable[OutboxMessage]) -> OutboxQuerySet:
    return OutboxMessage.objects.filter(pk__in=[row.pk for row in rows], state=State.DUE)
