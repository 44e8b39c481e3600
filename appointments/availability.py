"""Free slots: openings − absences − closures − active appointments, on the fixed grid of a visit reason.

Pure knowledge: one query however many practitioners, days or past appointments; looking creates nothing.
Instants are whole seconds since the epoch in the loop, and become dates only where they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from appointments.agenda import Agenda, asking_agenda
from appointments.conditions import terms_of
from appointments.free_days import Queue, has_summary, not_before
from appointments.models import Appointment, Audience, VisitReason
from appointments.seating import NOBODY, Seeker, is_counted, without_a_seat
from appointments.sweep import Slot, epoch_up, instant, sweep
from core.prepared import Asked, ask

__all__ = [
    "PUBLIC",
    "Slot",
    "find_slot",
    "first_free",
    "free_slots",
    "is_open",
    "nearest_slots",
    "soonest",
]

PUBLIC = frozenset({Audience.EVERYONE})
WINDOWS = (timedelta(days=3), timedelta(days=14), timedelta(days=90), timedelta(days=366))
A_SECOND = timedelta(seconds=1)


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
    agenda: Agenda | None = None,
) -> list[Slot]:
    """All slots that begin in [start, end[, ordered by practitioner, then time.

    A slot lies within one opening that accepts the reason, starts on the grid counted from the opening's start,
    and keeps duration and buffer clear of the practitioner's and the room's appointments and unexpired holds. Where
    the reason needs a device, one of its kind in that place is free throughout.
    `ignore_notice` is for the staff, who may book at once and beyond the horizon. `first_only` stops at the
    first slot of each reason. The times of appointments that one is `giving_up` count as free. `without_rooms` is for
    somebody who goes to a colleague's room: that his own is taken does not matter. Where visits are counted by
    seats, only what this `seeker` may take; without one the caller counts them himself. `agenda`: the answer
    of `asking_for_slot`, where it was asked together with something else.
    """
    if not reasons or end <= start:
        return []
    agenda = agenda or ask(_asking(reasons, start, end, now, audiences))
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
        slots += sweep(reason, agenda, epoch_up(low), epoch_up(high), first_only=first_only)
    return slots


def _asking(
    reasons: Collection[VisitReason],
    start: datetime,
    end: datetime,
    now: datetime,
    audiences: Collection[str],
) -> Asked[Agenda]:
    # A visit that begins at the very end of the window still needs its whole time clear.
    longest = max(reason.duration + reason.buffer for reason in reasons)
    practitioners = sorted({reason.practitioner_id for reason in reasons})
    kinds = {reason.equipment_kind_id for reason in reasons if reason.equipment_kind_id is not None}
    return asking_agenda(practitioners, (start, end + longest), now, audiences, kinds)


def first_free(
    reasons: Collection[VisitReason],
    after: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    seeker: Seeker = NOBODY,
) -> dict[int, Slot]:
    """The earliest slot of each reason (by its key) within a year from `after`.

    The summary of free days says from when on each is worth looking for: the first look goes just there, the next ones
    in windows that widen. Other audiences than the public have no summary.
    """
    due = dict.fromkeys((reason.pk for reason in reasons), epoch_up(after))
    if audiences == PUBLIC:
        due = not_before(reasons, after, now)
    end, reach = epoch_up(after), epoch_up(after + WINDOWS[-1])
    missing = [reason for reason in reasons if due.get(reason.pk, reach) < reach]
    found: dict[int, Slot] = {}
    widths = iter([None, *WINDOWS])
    while missing:
        start = max(end, min(due[reason.pk] for reason in missing))
        end = _end_of_look(next(widths), start, reach, [due[reason.pk] for reason in missing])
        asked = [reason for reason in missing if due[reason.pk] < end]
        for slot in free_slots(
            asked, instant(start), instant(end), now=now, audiences=audiences, first_only=True, seeker=seeker
        ):
            found[slot.reason.pk] = slot
        missing = [
            reason
            for reason in missing
            if end < reach and reason.pk not in found and epoch_up(reason.bookable_window(now)[1]) > end
        ]
    return found


def _end_of_look(width: timedelta | None, start: int, reach: int, due: Iterable[int]) -> int:
    """The first look, without a width, ends with the last that is due in the first of the windows."""
    if width is None:
        near = start + int(WINDOWS[0].total_seconds())
        return min(max(at for at in due if at < near) + 1, reach)
    return min(start + int(width.total_seconds()), reach)


def soonest(
    reasons: Collection[VisitReason],
    after: datetime,
    *,
    now: datetime,
    count: int = 1,
    seeker: Seeker = NOBODY,
) -> list[Slot]:
    """The earliest slot of each of the `count` reasons that the public can have soonest, in order, within a year.

    The summary proposes in order of time, the search verifies: a few practitioners of thousands. It ends as soon as
    enough of what was found lies before all that is still proposed.
    """
    if not reasons or not has_summary(after):
        return sorted(first_free(reasons, after, now=now, seeker=seeker).values(), key=_in_order)[:count]
    # Of thousands: `id` costs a quarter of `pk`.
    by_key = {reason.id: reason for reason in reasons}
    after = max(after, now + timedelta(minutes=min([one.notice_minutes for one in reasons])))
    queue = Queue(by_key, after, count)
    found: dict[int, Slot] = {}
    for batch in queue:
        keys = dict.fromkeys(day.reason_id for day in batch if day.reason_id not in found)
        start, end = instant(batch[0].first), instant(max(day.last for day in batch) + 1)
        asked = [by_key[key] for key in keys]
        for slot in free_slots(asked, start, end, now=now, first_only=True, seeker=seeker):
            found[slot.reason.pk] = slot
        if sum(_in_order(slot) < queue.beyond for slot in found.values()) >= count:
            break
    if queue.marked:
        late = [reason for reason in reasons if reason.practitioner_id in queue.marked]
        found |= _first_before(late, after, _last_of(found, count), now, seeker)
    return sorted(found.values(), key=_in_order)[:count]


def _first_before(
    reasons: list[VisitReason], after: datetime, until: int | None, now: datetime, seeker: Seeker
) -> dict[int, Slot]:
    """The first slot of those of whom something came free since the summary was made."""
    if until is None:
        return first_free(reasons, after, now=now, seeker=seeker)
    slots = free_slots(reasons, after, instant(until + 1), now=now, first_only=True, seeker=seeker)
    return {slot.reason.pk: slot for slot in slots}


def _last_of(found: dict[int, Slot], count: int) -> int | None:
    """What comes after that many is of no interest."""
    starts = sorted(slot.start for slot in found.values())
    return starts[count - 1] if len(starts) >= count else None


def _in_order(slot: Slot) -> tuple[int, int]:
    return slot.start, slot.reason.pk


def find_slot(
    reason: VisitReason,
    start_at: datetime,
    *,
    now: datetime,
    audiences: Collection[str] = PUBLIC,
    ignore_notice: bool = False,
    seeker: Seeker = NOBODY,
    agenda: Agenda | None = None,
) -> Slot | None:
    """The slot of this reason that starts exactly then, if it is free. `agenda`: see `free_slots`."""
    slots = free_slots(
        [reason],
        start_at,
        start_at + A_SECOND,
        now=now,
        audiences=audiences,
        ignore_notice=ignore_notice,
        seeker=seeker,
        agenda=agenda,
    )
    return slots[0] if slots else None


def asking_for_slot(
    reason: VisitReason, start_at: datetime, *, now: datetime, audiences: Collection[str] = PUBLIC
) -> Asked[Agenda]:
    """What `find_slot` needs to know, to travel with other questions."""
    return _asking([reason], start_at, start_at + A_SECOND, now, audiences)


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
    return ask(asking_is_open(practitioner_id, place_id, start_at, end_at))


def asking_is_open(practitioner_id: int, place_id: int, start_at: datetime, end_at: datetime) -> Asked[bool]:
    """The same, to travel with other questions."""
    start, end = epoch_up(start_at), epoch_up(end_at)
    asked = asking_agenda([practitioner_id], (start_at, end_at), start_at, list(Audience))
    return asked.then(lambda agenda: agenda.is_open(practitioner_id, place_id, start, end))
