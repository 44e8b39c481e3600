"""Free slots: openings − absences − closures − active appointments, on the fixed grid of a visit reason.

Pure knowledge: one query however many practitioners, days or past appointments; looking creates nothing.
Instants are whole seconds since the epoch in the loop, and become dates only where they are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from appointments.agenda import Agenda, Intervals, OpenTime, Unit
from appointments.conditions import terms_of
from appointments.intervals import both, either
from appointments.models import Appointment, Audience, VisitReason
from appointments.seating import NOBODY, Seeker, is_counted, without_a_seat
from core import clock

PUBLIC = frozenset({Audience.EVERYONE})
WINDOWS = (timedelta(days=3), timedelta(days=14), timedelta(days=90), timedelta(days=366))

NEVER = (2**62, 2**62 + 1)
new_tuple = tuple.__new__


class Slot(NamedTuple):
    """A start time that can be booked at the moment of asking."""

    start: int
    reason: VisitReason
    opening: OpenTime

    @property
    def start_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, tz=UTC)

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


def free_slots(
    reasons: Collection[VisitReason],
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    ignore_notice: bool = False,
    first_only: bool = False,
    giving_up: Collection[Appointment] = (),
    without_rooms: bool = False,
    seeker: Seeker | None = NOBODY,
) -> list[Slot]:
    """All slots that begin in [start, end[, ordered by practitioner, then time.

    A slot lies within one opening that accepts the reason, starts on the grid counted from the opening's start,
    and keeps duration and buffer clear of the practitioner's and the room's appointments and unexpired holds. Where
    the reason needs a device, one of its kind in that place is free throughout.
    `ignore_notice` is for the staff, who may book at once and beyond the horizon. `first_only` stops at the
    first slot of each reason. The times of appointments that one is `giving_up` count as free. `without_rooms` is for
    somebody who goes to a colleague's room: that his own is taken does not matter. Where visits are counted by
    seats, only what this `seeker` may take; without one the caller counts them himself.
    """
    if not reasons or end <= start:
        return []
    # A visit that begins at the very end of the window still needs its whole time clear.
    longest = max(reason.duration + reason.buffer for reason in reasons)
    practitioners = sorted({reason.practitioner_id for reason in reasons})
    kinds = {reason.equipment_kind_id for reason in reasons if reason.equipment_kind_id is not None}
    agenda = Agenda(practitioners, (start, end + longest), now, audiences, kinds)
    agenda.forget(giving_up)
    if without_rooms:
        agenda.room_busy.clear()
    if seeker is not None and is_counted(reasons):
        gone = seeker.but(visit.pk for visit in giving_up)
        agenda.leave_out(without_a_seat(agenda.opening_keys(), gone))
    terms = terms_of(reasons)
    slots: list[Slot] = []
    for reason in sorted(reasons, key=lambda reason: (reason.practitioner_id, reason.position, reason.pk)):
        low, high = start, end
        if not ignore_notice:
            first, last = reason.bookable_window(now)
            low, high = max(start, first), min(end, last)
        if (bound := terms.get(reason.pk)) is not None:
            low, high = max(low, bound.since), min(high, bound.until)
        slots += _sweep(reason, agenda, _epoch_up(low), _epoch_up(high), first_only=first_only)
    return slots


def first_free(
    reasons: Collection[VisitReason],
    after: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    windows: Sequence[timedelta] = WINDOWS,
    seeker: Seeker = NOBODY,
) -> dict[int, Slot]:
    """The earliest slot of each reason (by its key) from `after` on, looked for in windows that widen."""
    found: dict[int, Slot] = {}
    missing = list(reasons)
    start = after
    for window in windows:
        end = after + window
        slots = free_slots(missing, start, end, now=now, audiences=audiences, first_only=True, seeker=seeker)
        for slot in slots:
            found[slot.reason.pk] = slot
        missing = [
            reason for reason in missing if reason.pk not in found and reason.bookable_window(now)[1] > end
        ]
        if not missing:
            break
        start = end
    return found


def find_slot(
    reason: VisitReason,
    start_at: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    ignore_notice: bool = False,
    seeker: Seeker = NOBODY,
) -> Slot | None:
    """The slot of this reason that starts exactly then, if it is free."""
    slots = free_slots(
        [reason],
        start_at,
        start_at + timedelta(seconds=1),
        now=now,
        audiences=audiences,
        ignore_notice=ignore_notice,
        seeker=seeker,
    )
    return slots[0] if slots else None


def nearest_slots(
    reasons: Collection[VisitReason],
    wanted: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    count: int = 3,
    seeker: Seeker = NOBODY,
) -> list[Slot]:
    """What to offer to somebody whose slot is gone: the `count` closest in time, in order of time."""
    closest: list[Slot] = []
    for days in (2, 10, 60):
        span = timedelta(days=days)
        slots = free_slots(
            reasons, max(now, wanted - span), wanted + span, now=now, audiences=audiences, seeker=seeker
        )
        closest = sorted(slots, key=lambda slot: abs(slot.start - wanted.timestamp()))[:count]
        if len(closest) == count:
            break
    return sorted(closest, key=lambda slot: slot.start)


def is_open(practitioner_id: int, place_id: int, start_at: datetime, end_at: datetime) -> bool:
    """Whether a standing opening covers this time and no absence or closure touches it; one query."""
    agenda = Agenda([practitioner_id], (start_at, end_at), start_at, list(Audience))
    return agenda.is_open(practitioner_id, place_id, _epoch_up(start_at), _epoch_up(end_at))


def _sweep(
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
            if reason.equipment_kind_id is not None:
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


def _epoch_up(instant: datetime) -> int:
    """The first whole second that is not before the instant."""
    seconds = instant.timestamp()
    return int(seconds) + (seconds > int(seconds))
