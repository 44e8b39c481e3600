"""What changed on the schedule since one looked last. Reads the log that triggers write; `consumers.py` passes it on.

Rows become visible in the order of commits, not of keys: each reading begins at the oldest transaction that was still
running at the one before, and leaves out what it has seen.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.db import DatabaseError, connection

from appointments.models import ScheduleChange
from core import clock

KEPT_FOR = timedelta(minutes=5)


class Change(NamedTuple):
    """Days of one practitioner, or of the whole house (0), that are no longer as they were."""

    practitioner_id: int
    first: date
    last: date


class LogLostError(DatabaseError):
    """The server began anew since the last reading, and an unlogged table is empty after a crash."""


# A pool puts a sound connection in the place of a dead one without a word: the server says since when it runs.
_LOG = """
WITH now_seen AS (
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
           concat(pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time()) AS era
)
SELECT now_seen.horizon, now_seen.era, log.id, log.transaction, coalesce(log.practitioner_id, 0), log.since, log.until
FROM now_seen
LEFT JOIN appointments_schedulechange log ON log.transaction >= coalesce(%s, now_seen.horizon)
"""


class Follower:
    """One reader of the log. The first reading only finds out where the log stands."""

    def __init__(self) -> None:
        self._era = ""
        self._horizon: int | None = None
        self._seen: set[int] = set()

    def news(self) -> list[Change]:
        """What was committed since the last call; one query. Raises `LogLostError` once, where some of it is lost."""
        with connection.cursor() as cursor:
            cursor.execute(_LOG, [self._horizon])
            rows = cursor.fetchall()
        (_horizon, era, *_), known = rows[0], self._era
        self._era = era
        if known not in ("", era):
            self._horizon = None
            raise LogLostError
        fresh = [row for row in rows if row[2] is not None and row[2] not in self._seen]
        is_first, self._horizon = self._horizon is None, rows[0][0]
        self._seen = {row[2] for row in rows if row[2] is not None and row[3] >= self._horizon}
        if is_first:
            return []
        return sorted({Change(owner, _day(since), _day(until)) for *_, owner, since, until in fresh})


def _day(instant: object) -> date:
    return clock.local(instant).date()  # type: ignore[arg-type]


def forget_old_changes() -> None:
    """Who has not read for so long asks anew for everything."""
    ScheduleChange.objects.filter(written_at__lt=clock.now() - KEPT_FOR).delete()
