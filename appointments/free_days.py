"""From when on a search is worth its while: the summary of free days, and the marks of what came free since.

Both are read in one statement, hence at one moment: what is free then lies on a day of the summary or under a mark.
They only propose; whether a time is free is decided by `availability.free_slots` alone. Instants are whole seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from math import inf
from typing import Any, NamedTuple

from appointments.models import VisitReason
from appointments.sweep import epoch_up, instant
from core import clock
from core.trips import Sent, travel

# Mostly the first few that are proposed are free indeed.
SMALLEST_BATCH, GROWTH = 4, 4
DAY, MARK = range(2)
NOTHING = (inf, 0)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Candidate(NamedTuple):
    """A reason that may have a free time on a day: not before `first`, nor after `last`."""

    reason_id: int
    first: int
    last: int


def has_summary(after: datetime) -> bool:
    """Days that are over are forgotten."""
    return after >= clock.day_bounds(clock.today())[0]


def not_before(reasons: Collection[VisitReason], after: datetime, now: datetime) -> dict[int, int]:
    """Of each reason (by key) the earliest instant at which it may have a free time; absent where it has none."""
    if not reasons or not has_summary(after):
        return dict.fromkeys((reason.pk for reason in reasons), epoch_up(after))
    # Whole numbers: a driver writes them in no time, dates it does not.
    begin, moment = epoch_up(after), epoch_up(now)
    lows = {reason.pk: max(begin, moment + reason.notice_minutes * 60) for reason in reasons}
    rows = _read(
        Sent(
            _FIRST_OF_EACH,
            {"reasons": _array(lows), "lows": _array(lows.values()), "after": after},
            binary=True,
        )
    )
    due = {key: first for kind, key, first, *_ in rows if kind == DAY}
    marked = _earliest_marks(rows)
    for reason in reasons:
        if reason.practitioner_id in marked:
            since = marked[reason.practitioner_id]
            due[reason.pk] = min(due.get(reason.pk, since), since)
    return {key: max(at, lows[key]) for key, at in due.items()}


class Queue:
    """The days of many reasons in order of their first time, in batches that grow.

    `beyond`: what is still to come is not before this time and reason. `marked`: practitioners of whom something came
    free since the summary was made, and from when on; it is known with the first batch.
    """

    def __init__(self, reasons: Collection[int], after: datetime, count: int) -> None:
        self._reasons = _array(reasons)
        self._size = max(count, SMALLEST_BATCH)
        self._after = after
        self.beyond: tuple[float, int] = (0, 0)
        self.marked: dict[int, int] = {}

    def __iter__(self) -> Iterator[list[Candidate]]:
        low = epoch_up(self._after)
        place = (clock.local(self._after).date(), LONG_AGO, 0)
        size = self._size
        while self.beyond < NOTHING:
            rows = _read(
                Sent(
                    _NEXT_OF_ALL,
                    {
                        "reasons": self._reasons,
                        "after": self._after,
                        "day": place[0],
                        "first": place[1],
                        "key": place[2],
                        "count": size + 1,
                    },
                    binary=True,
                )
            )
            self.marked = self.marked or _earliest_marks(rows)
            days = [row for row in rows if row[0] == DAY]
            self.beyond = NOTHING
            if len(days) > size:
                _kind, key, first, *_times = days[size]
                self.beyond = (first, key) if first > low else (low, 0)
            taken = days[:size]
            if taken:
                place = (taken[-1][4], instant(taken[-1][2]), taken[-1][1])
                yield [Candidate(key, max(first, low), last) for _, key, first, last, _day in taken]
            size *= GROWTH


def _earliest_marks(rows: list[Any]) -> dict[int, int]:
    marked: dict[int, int] = {}
    for kind, practitioner, since, *_ in rows:
        if kind == MARK:
            marked[practitioner] = min(marked.get(practitioner, since), since)
    return marked


def _read(sent: Sent) -> list[Any]:
    return travel(sent)[0]


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL reads it: a driver writes two thousand numbers one by one, at a millisecond."""
    return f"{{{','.join(map(str, numbers))}}}"


# A visit that was in the way from nine o'clock also was for the long ones that begin before; no reason takes more than
# ten hours.
_MARKS = """
UNION ALL
SELECT 1, practitioner_id, date_part('epoch', coalesce(since - interval '10 hours', %(after)s))::bigint, NULL, NULL
FROM appointments_freedaymark WHERE frees AND (until IS NULL OR until > %(after)s)
"""
_FIRST_OF_EACH = f"""
SELECT 0, asked.reason_id, date_part('epoch', found.first_start)::bigint, NULL::bigint, NULL::date
FROM unnest(%(reasons)s::bigint[], %(lows)s::bigint[]) AS asked(reason_id, low)
CROSS JOIN LATERAL (
    SELECT first_start FROM appointments_freeday
    WHERE reason_id = asked.reason_id AND day >= (to_timestamp(asked.low) AT TIME ZONE 'Europe/Paris')::date
      AND last_start >= to_timestamp(asked.low)
    ORDER BY day LIMIT 1
) AS found
{_MARKS}"""  # noqa: S608 - two constants
# « IS TRUE »: the days are read in their order and looked up among the reasons. As `= ANY(…)` a plan made for any
# number of reasons reads all days of all of them and sorts: 12 ms for two thousand.
_NEXT_OF_ALL = f"""
(SELECT 0, reason_id, date_part('epoch', first_start)::bigint, date_part('epoch', last_start)::bigint, day
FROM appointments_freeday
WHERE (day, first_start, reason_id) > (%(day)s, %(first)s, %(key)s)
  AND last_start >= %(after)s AND (reason_id IN (SELECT unnest(%(reasons)s::bigint[]))) IS TRUE
ORDER BY appointments_freeday.day, first_start, reason_id LIMIT %(count)s)
{_MARKS}"""  # noqa: S608 - two constants
