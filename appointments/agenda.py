"""What fills practitioners' time in a window, read in one query for any number of them.

Instants are whole seconds since the epoch: the sweep of `availability` compares thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from core.db import binary_cursor

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


_by_start = itemgetter(4, 1)


class Agenda:
    """What one statement brings, ready for the sweep."""

    def __init__(
        self,
        practitioners: Collection[int],
        window: Window,
        now: datetime,
        audiences: Collection[str],
    ) -> None:
        self.openings: dict[int, list[OpenTime]] = defaultdict(list)
        self.busy: dict[int, Intervals] = defaultdict(list)
        self.away: dict[int, Intervals] = defaultdict(list)
        self.closed: dict[tuple[int, int], Intervals] = defaultdict(list)
        self.room_busy: dict[int, list[tuple[int, Intervals]]] = defaultdict(list)
        with binary_cursor() as cursor:
            cursor.execute(
                _AGENDA,
                {
                    "practitioners": list(practitioners),
                    "audiences": [str(audience) for audience in audiences],
                    "start": window[0],
                    "end": window[1],
                    "now": now,
                },
            )
            for kind, practitioner, key, place, room, starts, ends in cursor.fetchall():
                if kind == OPENING:
                    opening = OpenTime(practitioner, key, place, room, starts[0], ends[0], starts[1:])
                    self.openings[practitioner].append(opening)
                elif kind == BUSY:
                    self._add_busy(practitioner, room, list(zip(starts, ends, strict=True)))
                elif place is None:
                    self.away[practitioner].append((starts[0], ends[0]))
                else:
                    self.closed[practitioner, place].append((starts[0], ends[0]))
        # The join with the restrictions keeps the order of the openings or not, as the planner likes.
        for openings in self.openings.values():
            openings.sort(key=_by_start)

    def _add_busy(self, practitioner: int, room: int | None, intervals: Intervals) -> None:
        self.busy[practitioner] += intervals
        if room is not None:
            self.room_busy[room].append((practitioner, intervals))

    def only_here(self, opening: OpenTime) -> tuple[Intervals, Intervals]:
        """Away times and busy times that hold for this opening's place and room only."""
        closed = self.closed.get((opening.practitioner_id, opening.place_id), [])
        others: Intervals = []
        sharers = self.room_busy.get(opening.room_id, ()) if opening.room_id is not None else ()
        if len(sharers) > 1 or (sharers and sharers[0][0] != opening.practitioner_id):
            for practitioner, intervals in sharers:
                if practitioner != opening.practitioner_id:
                    others += intervals
        return closed, others

    def is_open(self, practitioner: int, place: int, start: int, end: int) -> bool:
        """Whether one opening covers this time and no absence or closure touches it."""
        covered = any(
            opening.start <= start and end <= opening.end and opening.place_id == place
            for opening in self.openings.get(practitioner, ())
        )
        away = self.away.get(practitioner, []) + self.closed.get((practitioner, place), [])
        return covered and not any(since < end and until > start for since, until in away)


OPENING, AWAY, BUSY = 0, 1, 2

# One statement, so that a search costs one round trip and sees one moment. The reasons that openings
# are restricted to follow the start in its array. A booked row has no `held_until`; a hold whose time is over no
# longer counts, even before it is swept away. `NOT IN (SELECT …)` is looked up in a hash, where `<> ALL` would compare
# each row with each practitioner. No visit and no opening is longer than 24 hours: that bounds the index.
_AGENDA = """
WITH opening AS MATERIALIZED (
    SELECT o.practitioner_id, o.id, o.place_id, o.room_id, o.start_at, o.end_at
    FROM appointments_opening o
    WHERE o.practitioner_id = ANY(%(practitioners)s) AND o.cancelled_at IS NULL
      AND o.audience = ANY(%(audiences)s)
      AND o.start_at > %(start)s - interval '24 hours' AND o.start_at < %(end)s AND o.end_at > %(start)s
), restriction AS (
    SELECT r.opening_id, array_agg(r.visitreason_id) AS reasons
    FROM appointments_opening_reasons r WHERE r.opening_id IN (SELECT id FROM opening)
    GROUP BY r.opening_id
)
SELECT 0, practitioner_id, id, place_id, room_id,
       date_part('epoch', start_at)::bigint || reasons, ARRAY[date_part('epoch', end_at)::bigint]
FROM opening LEFT JOIN restriction ON opening_id = id
UNION ALL
SELECT 1, a.practitioner_id, a.id, NULL, NULL,
       ARRAY[date_part('epoch', a.start_at)::bigint], ARRAY[date_part('epoch', a.end_at)::bigint]
FROM appointments_absence a
WHERE a.practitioner_id = ANY(%(practitioners)s) AND a.start_at < %(end)s AND a.end_at > %(start)s
UNION ALL
SELECT 1, p.id, c.id, c.place_id, NULL,
       ARRAY[date_part('epoch', c.start_at)::bigint], ARRAY[date_part('epoch', c.end_at)::bigint]
FROM appointments_closure c JOIN practitioners_practitioner p ON p.centre_id = c.centre_id
WHERE p.id = ANY(%(practitioners)s) AND c.start_at < %(end)s AND c.end_at > %(start)s
UNION ALL
SELECT 2, practitioner_id, NULL, NULL, room_id,
       array_agg(date_part('epoch', start_at)::bigint), array_agg(date_part('epoch', blocked_until)::bigint)
FROM appointments_appointment
WHERE occupies AND practitioner_id = ANY(%(practitioners)s)
  AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND blocked_until > %(start)s
  AND (held_until IS NULL OR held_until > %(now)s)
GROUP BY practitioner_id, room_id
UNION ALL
SELECT 2, practitioner_id, NULL, NULL, room_id,
       array_agg(date_part('epoch', start_at)::bigint), array_agg(date_part('epoch', blocked_until)::bigint)
FROM appointments_appointment
WHERE occupies AND room_id = ANY(ARRAY(SELECT DISTINCT room_id FROM opening WHERE room_id IS NOT NULL))
  AND practitioner_id NOT IN (SELECT unnest(%(practitioners)s::bigint[]))
  AND start_at > %(start)s - interval '24 hours' AND start_at < %(end)s AND blocked_until > %(start)s
  AND (held_until IS NULL OR held_until > %(now)s)
GROUP BY practitioner_id, room_id
"""
