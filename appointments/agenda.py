"""What fills a practitioner's time in a window, read in three queries for any number of them.

Instants are whole seconds since the epoch: the sweep of `availability` compares thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

type Intervals = list[tuple[int, int]]
type Window = tuple[datetime, datetime]


class OpenTime(NamedTuple):
    """A dated opening, as the sweep needs it."""

    practitioner_id: int
    id: int
    place_id: int
    room_id: int | None
    start: int
    end: int
    reason_ids: list[int]


class Agenda:
    """What the three queries bring, ready for the sweep."""

    def __init__(
        self,
        practitioners: Sequence[int],
        window: Window,
        now: datetime,
        audiences: Collection[str],
    ) -> None:
        self.openings: dict[int, list[OpenTime]] = defaultdict(list)
        self.busy: dict[int, Intervals] = defaultdict(list)
        self.away: dict[int, Intervals] = defaultdict(list)
        self.closed: dict[tuple[int, int], Intervals] = defaultdict(list)
        self.room_busy: dict[int, list[tuple[int, Intervals]]] = defaultdict(list)
        with connection.cursor() as cursor:
            for opening in read_openings(cursor, practitioners, window, audiences):
                self.openings[opening.practitioner_id].append(opening)
            for practitioner_id, place_id, since, until in read_away(cursor, practitioners, window):
                if place_id is None:
                    self.away[practitioner_id].append((since, until))
                else:
                    self.closed[practitioner_id, place_id].append((since, until))
            rooms = {o.room_id for opens in self.openings.values() for o in opens if o.room_id}
            for practitioner_id, room_id, starts, ends in _read_busy(
                cursor, practitioners, sorted(rooms), window, now
            ):
                intervals = list(zip(starts, ends, strict=True))
                self.busy[practitioner_id] += intervals
                if room_id:
                    self.room_busy[room_id].append((practitioner_id, intervals))

    def only_here(self, opening: OpenTime) -> tuple[Intervals, Intervals]:
        """Away times and busy times that hold for this opening's place and room only."""
        closed = self.closed.get((opening.practitioner_id, opening.place_id), [])
        others: Intervals = []
        if opening.room_id is not None:
            for practitioner_id, intervals in self.room_busy.get(opening.room_id, ()):
                if practitioner_id != opening.practitioner_id:
                    others += intervals
        return closed, others


_OPENINGS = """
SELECT o.practitioner_id, o.id, o.place_id, o.room_id,
       date_part('epoch', o.start_at)::bigint, date_part('epoch', o.end_at)::bigint,
       ARRAY(SELECT r.visitreason_id FROM appointments_opening_reasons r WHERE r.opening_id = o.id)
FROM appointments_opening o
WHERE o.practitioner_id = ANY(%(practitioners)s) AND o.cancelled_at IS NULL AND o.audience = ANY(%(audiences)s)
  AND o.start_at > %(start)s - interval '24 hours' AND o.start_at < %(end)s AND o.end_at > %(start)s
ORDER BY o.practitioner_id, o.start_at, o.id
"""

_AWAY = """
SELECT a.practitioner_id, NULL::bigint,
       date_part('epoch', a.start_at)::bigint, date_part('epoch', a.end_at)::bigint
FROM appointments_absence a
WHERE a.practitioner_id = ANY(%(practitioners)s) AND a.start_at < %(end)s AND a.end_at > %(start)s
UNION ALL
SELECT p.id, c.place_id, date_part('epoch', c.start_at)::bigint, date_part('epoch', c.end_at)::bigint
FROM appointments_closure c JOIN practitioners_practitioner p ON p.centre_id = c.centre_id
WHERE p.id = ANY(%(practitioners)s) AND c.start_at < %(end)s AND c.end_at > %(start)s
"""

# A booked row has no `held_until`; a hold whose time is over no longer counts, even before it is swept away.
_BUSY = """
SELECT practitioner_id, room_id,
       array_agg(date_part('epoch', start_at)::bigint), array_agg(date_part('epoch', blocked_until)::bigint)
FROM appointments_appointment
WHERE occupies AND practitioner_id = ANY(%(practitioners)s)
  AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND blocked_until > %(start)s
  AND (held_until IS NULL OR held_until > %(now)s)
GROUP BY practitioner_id, room_id
UNION ALL
SELECT practitioner_id, room_id,
       array_agg(date_part('epoch', start_at)::bigint), array_agg(date_part('epoch', blocked_until)::bigint)
FROM appointments_appointment
WHERE occupies AND room_id = ANY(%(rooms)s) AND NOT practitioner_id = ANY(%(practitioners)s)
  AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND blocked_until > %(start)s
  AND (held_until IS NULL OR held_until > %(now)s)
GROUP BY practitioner_id, room_id
"""


def read_openings(
    cursor: CursorWrapper, practitioners: Sequence[int], window: Window, audiences: Collection[str]
) -> list[OpenTime]:
    cursor.execute(
        _OPENINGS,
        {
            "practitioners": list(practitioners),
            "audiences": [str(audience) for audience in audiences],
            "start": window[0],
            "end": window[1],
        },
    )
    return [OpenTime(*row) for row in cursor.fetchall()]


def read_away(
    cursor: CursorWrapper, practitioners: Sequence[int], window: Window
) -> list[tuple[int, int | None, int, int]]:
    cursor.execute(_AWAY, {"practitioners": list(practitioners), "start": window[0], "end": window[1]})
    return cursor.fetchall()


def _read_busy(
    cursor: CursorWrapper,
    practitioners: Sequence[int],
    rooms: Sequence[int],
    window: Window,
    now: datetime,
) -> list[tuple[int, int | None, list[int], list[int]]]:
    cursor.execute(
        _BUSY,
        {
            "practitioners": list(practitioners),
            "rooms": list(rooms),
            "start": window[0],
            "end": window[1],
            "now": now,
        },
    )
    return cursor.fetchall()
