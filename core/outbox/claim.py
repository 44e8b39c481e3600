"""The two-step lease: a worker takes rows, says until when, and lets go of the lock before it sends anything.

Killed in between, its rows come up again when the lease has run out. No lock is held while a carrier is slow, so no
message can block the queue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import clock
from core.db import Among
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
        newest = max(limit // NEWEST_SHARE, 1)
        rows = _take(_NEWEST, now, {"channel": channel, "now": now, "limit": newest})
        if len(rows) == newest < limit:
            rows += _take(_OLDEST, now, {"channel": channel, "now": now, "limit": limit - newest})
        rows += _companions(rows, now)
    return rows


# Taken and leased in one statement. MATERIALIZED: the limited, locking part must run once.
_TAKE = """
    WITH picked AS MATERIALIZED ({picked} FOR NO KEY UPDATE OF message SKIP LOCKED)
    UPDATE outbox_outboxmessage message
    SET attempts = attempts + 1,
        next_attempt_at = %(lease_ends)s + LEAST(%(first_pause)s * power(2, LEAST(attempts, 20)), %(longest_pause)s)
    FROM picked WHERE message.id = picked.id
    RETURNING message.id, message.key, message.dedupe_key, message.kind, message.channel, message.recipient_id,
        message.address, message.language, message.subject_type, message.subject_id, message.payload,
        message.merge_key, message.due_at, message.expires_at, message.attempts
"""
_DUE = """
    SELECT message.id FROM outbox_outboxmessage message
    WHERE state = 'due' AND channel = %(channel)s AND due_at <= %(now)s AND next_attempt_at <= %(now)s
"""
_NEWEST = _TAKE.format(picked=_DUE + "ORDER BY due_at DESC, id DESC LIMIT %(limit)s")
_OLDEST = _TAKE.format(picked=_DUE + "ORDER BY due_at, id LIMIT %(limit)s")
_TOGETHER = _TAKE.format(
    picked="""
    SELECT message.id FROM outbox_outboxmessage message
    WHERE state = 'due' AND merge_key <> '' AND merge_key = ANY(%(keys)s) AND due_at <= %(horizon)s
        AND id <> ALL(%(ours)s)
    """
)


def _take(statement: str, now: datetime, values: dict[str, Any]) -> list[OutboxMessage]:
    pauses = {
        "lease_ends": now + lease(),
        "first_pause": FIRST_PAUSE,
        "longest_pause": LONGEST_PAUSE,
    }
    return list(OutboxMessage.objects.raw(statement, values | pauses))


def _companions(rows: list[OutboxMessage], now: datetime) -> list[OutboxMessage]:
    """Waiting rows of the same person, day and kind whose own time is near enough to leave together."""
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.merge_key:
            keys[row.kind].add(row.merge_key)
    ours = [row.pk for row in rows]
    found: list[OutboxMessage] = []
    for name, wanted in keys.items():
        kind = registry.find(name)
        if kind is not None and kind.merges_within:
            horizon = now + kind.merges_within
            found += _take(_TOGETHER, now, {"keys": list(wanted), "horizon": horizon, "ours": ours})
    return found


def give_back(rows: Iterable[OutboxMessage], at: datetime, error: str = "") -> None:
    """Not tried after all: due again at that time, and the attempt does not count."""
    _returned(rows).update(attempts=F("attempts") - 1, next_attempt_at=at, last_error=error)


def postpone(rows: Iterable[OutboxMessage], at: datetime) -> None:
    """Nobody is late: their time itself is another one."""
    _returned(rows).update(attempts=F("attempts") - 1, next_attempt_at=at, due_at=at)


def _returned(rows: Iterable[OutboxMessage]) -> OutboxQuerySet:
    return OutboxMessage.objects.filter(Among(F("pk"), [row.pk for row in rows]), state=State.DUE)
