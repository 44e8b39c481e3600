"""The week of slots that answers a search: whose rows are shown, in which order. Reads, never writes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import inf
from operator import attrgetter

from appointments.availability import PUBLIC, Slot, first_free, free_slots, soonest
from appointments.free_days import not_before
from appointments.models import Audience, PatientScope, PlaceKind, VisitReason
from appointments.search import Wish
from appointments.sweep import instant
from core import clock
from practitioners.house import the_house
from practitioners.models import Practitioner

WEEK = timedelta(days=7)
ROWS_PER_PAGE = 6
# So many are each asked for their first day sooner than the days of all are gone through in order.
MANY = 200
# What a telephone shows of a week before it is asked for more (static/css/finding.css).
FOLDED_DAYS, FOLDED_SLOTS = 2, 6
# A next time that is farther away is looked for by itself.
FARTHEST = timedelta(days=45)


@dataclass
class Day:
    date: date
    slots: list[Slot] = field(default_factory=list)
    place: str = ""


@dataclass
class Row:
    """One practitioner's week for one reason."""

    reason: VisitReason
    days: list[Day] = field(default_factory=list)
    next_slot: Slot | None = None
    is_reserved: bool = False
    place: str = ""

    @property
    def practitioner(self) -> Practitioner:
        return self.reason.practitioner

    @property
    def first(self) -> Slot | None:
        return next((day.slots[0] for day in self.days if day.slots), None)

    @property
    def folded(self) -> int:
        """The slots of the week where a telephone first shows some of them only; nought where it shows them all."""
        free = [len(day.slots) for day in self.days if day.slots]
        shown = sum(min(count, FOLDED_SLOTS) for count in free[:FOLDED_DAYS])
        return sum(free) if shown < sum(free) else 0

    @property
    def soonest(self) -> Slot | None:
        return self.first or self.next_slot

    @property
    def order(self) -> tuple[float, str, int]:
        """By time, as `availability.soonest` has it; who has none, by name."""
        slot = self.soonest
        return (
            (slot.start, "", self.reason.pk) if slot else (inf, self.practitioner.last_name, self.reason.pk)
        )


@dataclass
class Week:
    rows: list[Row]
    first_day: date
    earliest: Slot | None
    pages: int
    previous_day: date | None

    @property
    def last_day(self) -> date:
        return self.first_day + WEEK - timedelta(days=1)

    @property
    def next_day(self) -> date:
        return self.first_day + WEEK


def week_of(wish: Wish, reasons: list[VisitReason], known: frozenset[int], now: datetime) -> Week:
    """The page of rows to show: whoever has the earliest slot comes first.

    `known` holds the practitioners who know the person signed in. What is kept for known patients is shown to
    nobody else: a slot on the page can be booked by the person who reads it.
    """
    pages = max(1, -(-len(reasons) // ROWS_PER_PAGE))
    page = min(max(wish.page, 1), pages)
    rows = [Row(reason, is_reserved=_is_reserved(reason, known)) for reason in reasons]
    _fill_first(wish, [row for row in rows if not row.is_reserved], page * ROWS_PER_PAGE, known, now)
    ordered = sorted(rows, key=attrgetter("order"))
    shown = ordered[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    for row in shown:
        row.days = row.days or _days(wish.first_day)
        _name_places(row)
    earlier = max(wish.first_day - WEEK, clock.local(now).date())
    return Week(
        rows=shown,
        first_day=wish.first_day,
        earliest=ordered[0].soonest if ordered else None,
        pages=pages,
        previous_day=earlier if earlier < wish.first_day else None,
    )


def _fill_first(wish: Wish, rows: list[Row], count: int, known: frozenset[int], now: datetime) -> None:
    """The weeks of the first `count` in order of time, and of who might come before one of them.

    A wish for a moment or a place says nothing of the first time of all: then everybody's week is read.
    """
    if wish.narrows:
        _fill(wish, rows, None, known, now)
        return
    due = _due(wish, rows, count, known, now)
    waiting = sorted(rows, key=lambda row: (due.get(row.reason.pk, inf), row.reason.pk))
    first, others = waiting[:count], waiting[count:]
    _fill(wish, first, due, known, now)
    last = max((row.order for row in first), default=(inf, "", 0))
    _fill(
        wish,
        [row for row in others if row.reason.pk in due and (due[row.reason.pk], "", row.reason.pk) < last],
        due,
        known,
        now,
    )


def _due(wish: Wish, rows: list[Row], count: int, known: frozenset[int], now: datetime) -> dict[int, int]:
    """From when on each (by reason) may have something free. For who is followed also openings count of which no
    summary is kept."""
    start = max(clock.day_bounds(wish.first_day)[0], now)
    due = {row.reason.pk: int(start.timestamp()) for row in rows if row.reason.practitioner_id in known}
    others = [row.reason for row in rows if row.reason.practitioner_id not in known]
    if len(others) > MANY:
        return due | {slot.reason.pk: slot.start for slot in soonest(others, start, now=now, count=count)}
    return due | not_before(others, start, now)


def _fill(
    wish: Wish, rows: list[Row], due: Mapping[int, int] | None, known: frozenset[int], now: datetime
) -> None:
    """The week of each, and where it is empty the next time after it. Who is not due has neither."""
    start = max(clock.day_bounds(wish.first_day)[0], now)
    midnights = [clock.day_bounds(day)[0].timestamp() for day in _dates(wish.first_day, WEEK.days + 1)]
    until = instant(int(midnights[-1]))
    asked = {row.reason.pk: row for row in rows if due is None or row.reason.pk in due}
    if due is not None and asked:
        # Who is due later is read that far in the same query.
        until = max(until, min(instant(max(due[key] for key in asked) + 1), start + FARTHEST))
    for row in rows:
        row.days = _days(wish.first_day)
    for slot in _free([row.reason for row in asked.values()], start, until, known, now):
        row = asked[slot.reason.pk]
        if slot.start >= midnights[-1]:
            row.next_slot = row.next_slot or slot
        elif wish.keeps(slot):
            row.days[bisect_right(midnights, slot.start) - 1].slots.append(slot)
    empty = [row.reason for row in asked.values() if row.soonest is None]
    for key, slot in _first_after(wish, empty, until, now).items():
        asked[key].next_slot = slot


def _name_places(row: Row) -> None:
    """Where: once for the row, or day by day for somebody who receives in several places."""
    if row.reason.place_kind != PlaceKind.CENTRE:
        return
    places = the_house().places
    by_day = [sorted({places[slot.opening.place_id].name for slot in day.slots}) for day in row.days]
    everywhere = {name for names in by_day for name in names}
    if len(everywhere) == 1:
        row.place = everywhere.pop()
    else:
        for day, names in zip(row.days, by_day, strict=True):
            day.place = ", ".join(names)


def _days(first_day: date) -> list[Day]:
    return [Day(day) for day in _dates(first_day, WEEK.days)]


def _dates(first_day: date, count: int) -> list[date]:
    return [first_day + timedelta(days=days) for days in range(count)]


def _is_reserved(reason: VisitReason, known: frozenset[int]) -> bool:
    """Kept for patients already followed, and the reader is not one of them, as far as we know."""
    only_known = reason.patient_scope == PatientScope.KNOWN or (
        reason.patient_scope == PatientScope.ALL and not reason.practitioner.accepts_new_patients
    )
    return only_known and reason.practitioner_id not in known


def _free(
    reasons: list[VisitReason], start: datetime, end: datetime, known: frozenset[int], now: datetime
) -> list[Slot]:
    """Openings kept for known patients are asked for only where the reader is one."""
    followed = [reason for reason in reasons if reason.practitioner_id in known]
    others = [reason for reason in reasons if reason.practitioner_id not in known]
    both = PUBLIC | {Audience.KNOWN}
    return free_slots(followed, start, end, now=now, audiences=both) + free_slots(others, start, end, now=now)


def _first_after(wish: Wish, reasons: list[VisitReason], after: datetime, now: datetime) -> dict[int, Slot]:
    if wish.narrows:
        # The first slot of a practitioner may be at another moment or place: look at all of them.
        later = free_slots(reasons, after, after + timedelta(days=60), now=now)
        found: dict[int, Slot] = {}
        for slot in later:
            if wish.keeps(slot):
                found.setdefault(slot.reason.pk, slot)
        return found
    return first_free(reasons, after, now=now)
