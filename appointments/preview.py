"""What a change would do, before it is saved: the coming weeks as they would be, and the patients it would touch.

Pure: reads four times, writes nothing. Asks `coverage` the very questions that the change itself will ask.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from appointments.availability import free_slots
from appointments.calendar import public_holidays
from appointments.coverage import (
    Away,
    Timetable,
    Window,
    away_of,
    coming_appointments,
    timetables,
    troubled,
)
from appointments.models import (
    Absence,
    Appointment,
    Audience,
    Bookability,
    Closure,
    ExternalBusy,
    Opening,
    OpeningRule,
    ResourceClosure,
    VisitReason,
)
from appointments.models.disruption import Cause
from appointments.resources import visits_touched
from appointments.unfolding import dated_hours, horizon
from core import clock
from practitioners.models import Place, Practitioner

WEEKS = 4
ONLINE = frozenset({Audience.EVERYONE, Audience.KNOWN})


class Mark(StrEnum):
    KEPT = "kept"
    NEW = "new"
    GONE = "gone"
    AWAY = "away"
    OUTSIDE = "outside"
    SHUT = "shut"


class Span(NamedTuple):
    """Some hours of a day on the preview."""

    start_at: datetime
    end_at: datetime
    mark: Mark
    place: str
    opening_id: int = 0

    @property
    def is_whole_day(self) -> bool:
        return (self.start_at, self.end_at) == clock.day_bounds(clock.local(self.start_at).date())


@dataclass(frozen=True)
class Day:
    day: date
    holiday: str
    spans: list[Span]
    is_past: bool


@dataclass(frozen=True)
class Touched:
    appointment: Appointment
    cause: Cause


@dataclass(frozen=True)
class ReasonPreview:
    """Monday of the week and number of free times; the first of them."""

    weeks: list[tuple[date, int]]
    first: datetime | None
    is_offered: bool


@dataclass(frozen=True)
class Preview:
    weeks: list[list[Day]]
    touched: list[Touched]


def of_rule(rule: OpeningRule) -> Preview:
    """A new rule, or a saved one with other values."""
    now, today = clock.now(), clock.today()
    before = timetables([rule.practitioner_id], now)[rule.practitioner_id]
    by_hand = _days_by_hand(rule)
    zone = rule.practitioner.centre.holiday_zone
    last = horizon(today)
    new = [
        Window(hours.start_at, hours.end_at, rule.place_id, rule_id=rule.pk, rule_day=hours.day)
        for hours in dated_hours(rule, today, last, public_holidays(zone, today, last))
        if hours.day not in by_hand and hours.end_at > now
    ]
    after = Timetable([*_without_rule(before, rule, today), *new], before.aways)
    return _compare(rule.practitioner, before, after, Cause.RULE_CHANGED, first=max(today, rule.valid_from))


def of_rule_end(rule: OpeningRule, last_day: date) -> Preview:
    """The rule holds up to and including `last_day`."""
    before = timetables([rule.practitioner_id], clock.now())[rule.practitioner_id]
    left = [
        window
        for window in before.windows
        if window.rule_id != rule.pk
        or window.by_hand
        or window.rule_day is None
        or window.rule_day <= last_day
    ]
    first = max(clock.today(), last_day)
    return _compare(rule.practitioner, before, Timetable(left, before.aways), Cause.RULE_CHANGED, first=first)


def of_opening(opening: Opening) -> Preview:
    """One dated opening: new, with other values, or cancelled (`cancelled_at` set)."""
    before = timetables([opening.practitioner_id], clock.now())[opening.practitioner_id]
    windows = [window for window in before.windows if window.opening_id != opening.pk]
    if opening.cancelled_at is None:
        windows.append(Window(opening.start_at, opening.end_at, opening.place_id, opening.pk or 0))
    after = Timetable(windows, before.aways)
    first = clock.local(opening.start_at).date()
    return _compare(opening.practitioner, before, after, Cause.OPENING_CANCELLED, first=first)


def of_absence(absence: Absence) -> Preview:
    """A new absence, or a saved one with other dates."""
    before = timetables([absence.practitioner_id], clock.now())[absence.practitioner_id]
    after = Timetable(list(before.windows), [*_without_absence(before, absence), away_of(absence)])
    first = clock.local(absence.start_at).date()
    return _compare(absence.practitioner, before, after, Cause.ABSENCE, first=first)


def of_absence_withdrawn(absence: Absence) -> Preview:
    before = timetables([absence.practitioner_id], clock.now())[absence.practitioner_id]
    after = Timetable(list(before.windows), _without_absence(before, absence))
    first = clock.local(absence.start_at).date()
    return _compare(absence.practitioner, before, after, Cause.ABSENCE, first=first)


def of_closure(closure: Closure, practitioner_ids: Collection[int]) -> Preview:
    """Whom a closure of the house would touch, all practitioners together; no weeks, since each has his own."""
    now = clock.now()
    before = timetables(practitioner_ids, now, closure.end_at)
    shut = Away(closure.start_at, closure.end_at, closure.place_id, Cause.CLOSURE)
    after = {pk: Timetable(list(table.windows), [*table.aways, shut]) for pk, table in before.items()}
    appointments = coming_appointments(practitioner_ids, closure.end_at, details=True)
    in_trouble = troubled(appointments, before, Cause.CLOSURE)
    touched = [
        Touched(appointment, cause)
        for appointment in appointments
        if appointment.pk not in in_trouble
        and (cause := after[appointment.practitioner_id].trouble(appointment, Cause.CLOSURE))
    ]
    return Preview([], touched)


def of_resource_closure(closure: ResourceClosure) -> Preview:
    """Whom the closure of a room or a device would touch; one query."""
    if closure.room_id is None and closure.equipment_id is None:
        return Preview([], [])
    return Preview([], [Touched(visit, Cause.RESOURCE) for visit in visits_touched(closure).with_details()])


def of_reason(reason: VisitReason) -> ReasonPreview:
    """How many times a reason would offer online in each of the coming four weeks, with these conditions.

    What is booked already keeps its length, so that nobody is touched.
    """
    now, today = clock.now(), clock.today()
    first = today - timedelta(days=today.weekday())
    offered = reason.is_active and reason.bookable_by == Bookability.EVERYONE
    end = clock.day_bounds(first + timedelta(weeks=WEEKS))[0]
    slots = free_slots([reason], now, end, now=now, audiences=ONLINE) if offered else []
    weeks = Counter((clock.local(slot.start_at).date() - first).days // 7 for slot in slots)
    counted = [(first + timedelta(weeks=number), weeks[number]) for number in range(WEEKS)]
    return ReasonPreview(counted, slots[0].start_at if slots else None, is_offered=offered)


def as_it_is(practitioner: Practitioner, first: date | None = None) -> list[list[Day]]:
    """The coming four weeks without any change."""
    table = timetables([practitioner.pk], clock.now())[practitioner.pk]
    return _weeks(practitioner, table, table, first or clock.today())


def _days_by_hand(rule: OpeningRule) -> set[date | None]:
    """Days of the rule on which a hand has decided: edited or cancelled openings keep them."""
    if rule.pk is None:
        return set()
    openings = Opening.objects.filter(rule=rule, rule_day__gte=clock.today())
    decided = openings.filter(is_edited=True) | openings.filter(cancelled_at__isnull=False)
    return set(decided.order_by().values_list("rule_day", flat=True))


def _without_rule(table: Timetable, rule: OpeningRule, today: date) -> list[Window]:
    if rule.pk is None:
        return list(table.windows)
    return [
        window
        for window in table.windows
        if window.rule_id != rule.pk or window.by_hand or window.rule_day is None or window.rule_day < today
    ]


def _without_absence(table: Timetable, absence: Absence) -> list[Away]:
    return [away for away in table.aways if away.cause != Cause.ABSENCE or away.id != absence.pk]


def _compare(
    practitioner: Practitioner, before: Timetable, after: Timetable, missing: Cause, *, first: date
) -> Preview:
    appointments = coming_appointments([practitioner.pk], details=True)
    in_trouble = troubled(appointments, {practitioner.pk: before}, missing)
    touched = [
        Touched(appointment, cause)
        for appointment in appointments
        if appointment.pk not in in_trouble and (cause := after.trouble(appointment, missing))
    ]
    return Preview(_weeks(practitioner, before, after, first), touched)


def _weeks(practitioner: Practitioner, before: Timetable, after: Timetable, first: date) -> list[list[Day]]:
    """Monday to Sunday, from the week of `first`; a fifth row where `first` is no Monday, so that 28 days show."""
    monday = first - timedelta(days=first.weekday())
    rows = WEEKS + (first != monday)
    last = monday + timedelta(days=7 * rows - 1)
    low, high = clock.day_bounds(monday)[0], clock.day_bounds(last)[1]
    holidays = public_holidays(practitioner.centre.holiday_zone, monday, last)
    names: dict[int | None, str] = dict(
        Place.objects.filter(centre=practitioner.centre_id).values_list("pk", "name")
    )
    spans: defaultdict[date, list[Span]] = defaultdict(list)
    for window, mark in _marked(before, after):
        if window.start_at < high and window.end_at > low:
            span = Span(
                window.start_at, window.end_at, mark, names.get(window.place_id, ""), window.opening_id
            )
            spans[clock.local(window.start_at).date()].append(span)
    for away in after.aways:
        for day, since, until in _by_day(max(away.start_at, low), min(away.end_at, high)):
            mark = Mark.SHUT if away.cause == Cause.CLOSURE else Mark.AWAY
            spans[day].append(Span(since, until, mark, names.get(away.place_id, "")))
    taken = ExternalBusy.objects.filter(practitioner=practitioner, start_at__lt=high, end_at__gt=low)
    for start_at, end_at in taken.values_list("start_at", "end_at"):
        for day, since, until in _by_day(max(start_at, low), min(end_at, high)):
            spans[day].append(Span(since, until, Mark.OUTSIDE, ""))
    today = clock.today()
    days = [monday + timedelta(days=offset) for offset in range(7 * rows)]
    made = [Day(day, holidays.get(day, ""), sorted(spans[day]), day < today) for day in days]
    return [made[start : start + 7] for start in range(0, len(made), 7)]


def _marked(before: Timetable, after: Timetable) -> list[tuple[Window, Mark]]:
    """Openings of both, each once. The same hours in the same place count as kept, whichever row holds them."""
    old = {window[:3] for window in before.windows}
    new = {window[:3] for window in after.windows}
    kept = [(window, Mark.KEPT if window[:3] in old else Mark.NEW) for window in after.windows]
    return kept + [(window, Mark.GONE) for window in before.windows if window[:3] not in new]


def _by_day(start: datetime, end: datetime) -> list[tuple[date, datetime, datetime]]:
    """An absence of several days, cut at the midnights of the house."""
    pieces = []
    while start < end:
        day = clock.local(start).date()
        midnight = clock.day_bounds(day)[1]
        pieces.append((day, start, min(end, midnight)))
        start = midnight
    return pieces
