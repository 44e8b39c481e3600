"""What fills practitioners' time in a window, read in one query for any number of them.

Instants are whole seconds since the epoch: the sweep of `availability` compares thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from appointments.models import Appointment
from core.prepared import Asked
from core.trips import Line

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


class Unit(NamedTuple):
    """A device: the times at which somebody has it, and those at which it is out of use."""

    busy: Intervals
    shut: Intervals


_by_start = itemgetter(4, 1)


def asking_agenda(
    practitioners: Collection[int],
    window: Window,
    now: datetime,
    audiences: Collection[str],
    equipment_kinds: Collection[int] = (),
) -> Asked[Agenda]:
    values = {
        "practitioners": list(practitioners),
        "audiences": [str(audience) for audience in audiences],
        "start": window[0],
        "end": window[1],
        "now": now,
        "kinds": list(equipment_kinds),
    }
    return Asked(_AGENDA + _EQUIPMENT if equipment_kinds else _AGENDA, values, Agenda, binary=True)


class Agenda:
    """What one statement brings, ready for the sweep."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.openings: dict[int, list[OpenTime]] = defaultdict(list)
        self.busy: dict[int, Intervals] = defaultdict(list)
        self.away: dict[int, Intervals] = defaultdict(list)
        self.closed: dict[tuple[int, int], Intervals] = defaultdict(list)
        self.room_busy: dict[int, list[tuple[int, Intervals]]] = defaultdict(list)
        self.room_shut: dict[int, Intervals] = defaultdict(list)
        self.units: dict[tuple[int, int], dict[int, Unit]] = defaultdict(dict)
        self.resources_forgotten = False
        for kind, practitioner, key, place, room, starts, ends in lines:
            if kind == OPENING:
                opening = OpenTime(practitioner, key, place, room, starts[0], ends[0], starts[1:])
                self.openings[practitioner].append(opening)
            elif kind == BUSY:
                self._add_busy(practitioner, room, list(zip(starts, ends, strict=True)))
            elif kind >= UNIT:  # its kind stands where the others have the practitioner
                unit = self.units[practitioner, place].setdefault(key, Unit([], []))
                (unit.busy if kind == UNIT else unit.shut).extend(zip(starts, ends, strict=True))
            elif room is not None:
                self.room_shut[room].append((starts[0], ends[0]))
            elif place is None:
                self.away[practitioner] += zip(starts, ends, strict=True)
            else:
                self.closed[practitioner, place].append((starts[0], ends[0]))
        # The join with the restrictions keeps the order of the openings or not, as the planner likes.
        for openings in self.openings.values():
            openings.sort(key=_by_start)

    def _add_busy(self, practitioner: int, room: int | None, intervals: Intervals) -> None:
        self.busy[practitioner] += intervals
        if room is not None:
            self.room_busy[room].append((practitioner, intervals))

    def forget(self, appointments: Collection[Appointment]) -> None:
        """Their times are free again, as far as this reading goes."""
        for row in appointments:
            times = (int(row.start_at.timestamp()), int(row.blocked_until.timestamp()))
            lists = [self.busy[row.practitioner_id]]
            lists += [
                known for who, known in self.room_busy.get(row.room_id or 0, ()) if who == row.practitioner_id
            ]
            lists += [
                units[row.equipment_id].busy for units in self.units.values() if row.equipment_id in units
            ]
            for known in lists:
                if times in known:
                    known.remove(times)

    def forget_resources(self) -> None:
        """As if there were a room and a device for everybody."""
        self.room_busy.clear()
        self.room_shut.clear()
        self.resources_forgotten = True

    def opening_keys(self) -> list[int]:
        return [opening.id for openings in self.openings.values() for opening in openings]

    def leave_out(self, keys: Collection[int]) -> None:
        """As if these openings were not there."""
        for practitioner, openings in self.openings.items():
            self.openings[practitioner] = [one for one in openings if one.id not in keys]

    def only_here(self, opening: OpenTime) -> tuple[Intervals, Intervals]:
        """Away times and busy times that hold for this opening's place and room only."""
        closed = self.closed.get((opening.practitioner_id, opening.place_id), [])
        if opening.room_id in self.room_shut:
            closed = closed + self.room_shut[opening.room_id]
        others: Intervals = []
        sharers = self.room_busy.get(opening.room_id, ()) if opening.room_id is not None else ()
        if len(sharers) > 1 or (sharers and sharers[0][0] != opening.practitioner_id):
            for practitioner, intervals in sharers:
                if practitioner != opening.practitioner_id:
                    others += intervals
        return closed, others

    def is_open(self, practitioner: int, place: int, start: int, end: int) -> bool:
        """Whether one opening covers this time and no absence, closure or calendar from outside touches it."""
        covered = any(
            opening.start <= start and end <= opening.end and opening.place_id == place
            for opening in self.openings.get(practitioner, ())
        )
        away = self.away.get(practitioner, []) + self.closed.get((practitioner, place), [])
        return covered and not any(since < end and until > start for since, until in away)


OPENING, AWAY, BUSY, UNIT, UNIT_SHUT = range(5)

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
SELECT 1, h.practitioner_id, h.id, NULL, NULL,
       ARRAY[date_part('epoch', h.start_at)::bigint], ARRAY[date_part('epoch', h.end_at)::bigint]
FROM appointments_workshophost h
WHERE h.practitioner_id = ANY(%(practitioners)s) AND h.start_at < %(end)s AND h.end_at > %(start)s
UNION ALL
SELECT 1, practitioner_id, NULL, NULL, NULL,
       array_agg(date_part('epoch', start_at)::bigint), array_agg(date_part('epoch', end_at)::bigint)
FROM appointments_externalbusy
WHERE practitioner_id = ANY(%(practitioners)s) AND start_at < %(end)s AND end_at > %(start)s
GROUP BY practitioner_id
UNION ALL
SELECT 1, p.id, c.id, c.place_id, NULL,
       ARRAY[date_part('epoch', c.start_at)::bigint], ARRAY[date_part('epoch', c.end_at)::bigint]
FROM appointments_closure c JOIN practitioners_practitioner p ON p.centre_id = c.centre_id
WHERE p.id = ANY(%(practitioners)s) AND c.start_at < %(end)s AND c.end_at > %(start)s
UNION ALL
SELECT 1, NULL, c.id, NULL, c.room_id,
       ARRAY[date_part('epoch', c.start_at)::bigint], ARRAY[date_part('epoch', c.end_at)::bigint]
FROM appointments_resourceclosure c
WHERE c.room_id IN (SELECT room_id FROM opening) AND c.start_at < %(end)s AND c.end_at > %(start)s
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

# Added only where a reason needs a device: every unit of its kinds, also one that nobody has yet.
_EQUIPMENT = """
UNION ALL
SELECT 3, e.kind_id, e.id, e.place_id, NULL, coalesce(b.starts, '{}'), coalesce(b.ends, '{}')
FROM practitioners_equipment e LEFT JOIN LATERAL (
    SELECT array_agg(date_part('epoch', start_at)::bigint) AS starts,
           array_agg(date_part('epoch', blocked_until)::bigint) AS ends
    FROM appointments_appointment
    WHERE occupies AND equipment_id = e.id
      AND tstzrange(start_at, blocked_until) && tstzrange(%(start)s, %(end)s)
      AND (held_until IS NULL OR held_until > %(now)s)
) b ON true
WHERE e.kind_id = ANY(%(kinds)s) AND e.is_active
UNION ALL
SELECT 4, e.kind_id, e.id, e.place_id, NULL,
       ARRAY[date_part('epoch', c.start_at)::bigint], ARRAY[date_part('epoch', c.end_at)::bigint]
FROM appointments_resourceclosure c JOIN practitioners_equipment e ON e.id = c.equipment_id
WHERE e.kind_id = ANY(%(kinds)s) AND e.is_active AND c.start_at < %(end)s AND c.end_at > %(start)s
"""
