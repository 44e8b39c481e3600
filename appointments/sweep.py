"""One reason's free starts in an agenda that was read: what forbids a start is merged, and the grid jumps over it.

Instants are whole seconds since the epoch in the loop, and become dates only where they are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import NamedTuple

from appointments.agenda import Agenda, Intervals, OpenTime, Unit
from appointments.intervals import both, either
from appointments.models import VisitReason
from core import clock

NEVER = (2**62, 2**62 + 1)
new_tuple = tuple.__new__


class Slot(NamedTuple):
    """A start time that can be booked at the moment of asking."""

    start: int
    reason: VisitReason
    opening: OpenTime

    @property
    def start_at(self) -> datetime:
        return instant(self.start)

    @property
    def end_at(self) -> datetime:
        return self.start_at + self.reason.duration

    @property
    def local_day(self) -> date:
        return clock.local(self.start_at).date()

    @property
    def value(self) -> str:
        """What a form sends to name this slot; read back by `views.hold`."""
        return f"{self.reason.pk}.{self.start}"

    @property
    def blocked_until(self) -> datetime:
        return self.end_at + self.reason.buffer


def sweep(
    reason: VisitReason,
    agenda: Agenda,
    low: int,
    high: int,
    *,
    first_only: bool,
) -> list[Slot]:
    """The slots of one reason, in order of time."""
    duration = reason.duration_minutes * 60
    whole = duration + reason.buffer_minutes * 60
    grid = reason.grid_minutes * 60
    away = agenda.away.get(reason.practitioner_id, [])
    busy = agenda.busy.get(reason.practitioner_id, [])
    # A closed place or a shared room holds for some openings only: worked out once for each, not for each opening.
    forbidden: dict[tuple[int, int | None], Intervals] = {}
    found: list[Slot] = []
    last_end = 0
    overlap = False
    for opening in agenda.openings.get(reason.practitioner_id, ()):
        if opening.reason_ids and reason.pk not in opening.reason_ids:
            continue
        if first_only and found and opening.start >= found[0].start:
            break
        overlap = overlap or opening.start < last_end
        last_end = max(last_end, opening.end)
        where = opening.place_id, opening.room_id
        if where not in forbidden:
            closed, others = agenda.only_here(opening)
            refused = _forbidden_starts(away + closed, busy + others, duration, whole)
            if reason.equipment_kind_id is not None and not agenda.resources_forgotten:
                units = agenda.units.get((reason.equipment_kind_id, opening.place_id), {}).values()
                refused = either(refused, _no_unit_left(units, duration, whole))
            forbidden[where] = refused
        first = opening.start
        if first < low:
            first -= (first - low) // grid * grid
        starts = _walk(
            first, min(opening.end - duration, high - 1), grid, forbidden[where], first_only=first_only
        )
        # Thousands at a time: the constructor that NamedTuple writes would take as long as all the rest.
        found += [new_tuple(Slot, (start, reason, opening)) for start in starts]
    if overlap:
        found = _each_start_once(found)
    return found[:1] if first_only else found


def _walk(first: int, last: int, grid: int, forbidden: Intervals, *, first_only: bool) -> list[int]:
    """The starts first, first + grid … up to last, jumping over what forbids them."""
    time = first
    index, count = bisect_right(forbidden, time, key=itemgetter(1)), len(forbidden)
    starts: list[int] = []
    while time <= last:
        since, until = forbidden[index] if index < count else NEVER
        if time <= since:
            starts += range(time, min(since, last) + 1, grid)
            if first_only:
                break
        if until > time:  # the first start on the grid that is not before the end of what forbids
            time -= (time - until) // grid * grid
        index += 1
    return starts


def _forbidden_starts(away: Intervals, busy: Intervals, duration: int, whole: int) -> Intervals:
    """Open intervals ]since, until[ in which no visit of this length may begin: disjoint, in order.

    The buffer after a visit may run into a leave, not into the next patient.
    """
    buffer = whole - duration
    merged: Intervals = []
    opened = end = 0
    for since, until in sorted(busy + [(since + buffer, until) for since, until in away]):
        if since - whole < end:
            if until > end:
                end = until
        else:
            merged.append((opened, end))
            opened, end = since - whole, until
    merged.append((opened, end))
    return merged


def _no_unit_left(units: Iterable[Unit], duration: int, whole: int) -> Intervals:
    """Open intervals in which a start would find every device taken or out of use; for ever, where there is none."""
    left: Intervals = [(-(2**62), 2**62)]
    for unit in units:
        left = both(left, _forbidden_starts(unit.shut, unit.busy, duration, whole))
    return left


def _each_start_once(found: list[Slot]) -> list[Slot]:
    """Openings of one practitioner may overlap: the earliest opening that offers a start gives it."""
    by_start: dict[int, Slot] = {}
    for slot in found:
        by_start.setdefault(slot.start, slot)
    return sorted(by_start.values(), key=itemgetter(0))


def epoch_up(instant: datetime) -> int:
    """The first whole second that is not before the instant."""
    seconds = instant.timestamp()
    return int(seconds) + (seconds > int(seconds))


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
