"""When could they all meet? Every half-hour of the coming weeks, held against everybody's agenda. Reads, never writes.

First where nobody who is indispensable is missing, then the fewest others, then the fewest opening hours taken from
patients, then the soonest. A fixed number of queries however many people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appointments.calendar import public_holidays
from appointments.models import (
    Absence,
    Appointment,
    Closure,
    ExternalBusy,
    Opening,
    ResourceClosure,
    WorkshopHost,
)
from appointments.models.absence import AbsenceKind
from core import clock
from practitioners.models import Centre, Practitioner, Room

STEP = timedelta(minutes=30)
FIRST_HOUR, LAST_HOUR = time(8), time(20)
MOST_DAYS = 92


@dataclass(frozen=True)
class Wanted:
    """Who, for how long, and when it may be. `weekdays` empty: Monday to Friday."""

    required: Sequence[Practitioner]
    others: Sequence[Practitioner]
    minutes: int
    first_day: date
    last_day: date
    earliest: time = FIRST_HOUR
    latest: time = LAST_HOUR
    weekdays: frozenset[int] = frozenset()
    room: Room | None = None


@dataclass
class Proposal:
    start_at: datetime
    end_at: datetime
    missing: list[tuple[Practitioner, str]] = field(default_factory=list)
    required_missing: int = 0
    opening_minutes: int = 0

    @property
    def order(self) -> tuple[int, int, int, datetime]:
        return (self.required_missing, len(self.missing), self.opening_minutes, self.start_at)


type Spans = dict[int, list[tuple[datetime, datetime, str]]]


def propose(centre: Centre, wanted: Wanted, *, count: int = 8) -> list[Proposal]:
    """The best starts, at most two a day so that the list leaves a choice of days."""
    days = _days(centre, wanted)
    people = [*wanted.required, *wanted.others]
    if not days or not people:
        return []
    window = clock.day_bounds(days[0])[0], clock.day_bounds(days[-1])[1]
    busy = _busy([one.pk for one in people], window)
    openings = _openings([one.pk for one in people], window)
    shut = _shut(centre, wanted.room, window)
    now, required = clock.now(), {one.pk for one in wanted.required}
    found = []
    for start_at, end_at in _starts(days, wanted):
        if start_at <= now or any(since < end_at and until > start_at for since, until in shut):
            continue
        found.append(_weigh(Proposal(start_at, end_at), people, required, busy, openings))
    return _spread(sorted(found, key=lambda one: one.order), count)


def conflicts(
    people: Iterable[Practitioner], start_at: datetime, end_at: datetime
) -> dict[int, list[tuple[datetime, datetime, str]]]:
    """What is in the way of one date, by practitioner."""
    busy = _busy([one.pk for one in people], (start_at, end_at))
    return {key: [row for row in rows if row[0] < end_at and row[1] > start_at] for key, rows in busy.items()}


def _weigh(
    one: Proposal, people: Sequence[Practitioner], required: set[int], busy: Spans, openings: Spans
) -> Proposal:
    for person in people:
        hit = next((why for s, e, why in busy[person.pk] if s < one.end_at and e > one.start_at), None)
        if hit is not None:
            one.missing.append((person, hit))
            one.required_missing += person.pk in required
            continue
        for since, until, _why in openings[person.pk]:
            overlap = min(until, one.end_at) - max(since, one.start_at)
            one.opening_minutes += max(0, int(overlap.total_seconds() // 60))
    return one


def _spread(ordered: Iterable[Proposal], count: int) -> list[Proposal]:
    kept: list[Proposal] = []
    by_day: dict[date, int] = defaultdict(int)
    for one in ordered:
        day = clock.local(one.start_at).date()
        apart = all(abs(one.start_at - other.start_at) >= timedelta(hours=1) for other in kept)
        if by_day[day] < 2 and apart:
            kept.append(one)
            by_day[day] += 1
        if len(kept) == count:
            break
    return sorted(kept, key=lambda one: one.order)


def _days(centre: Centre, wanted: Wanted) -> list[date]:
    last = min(wanted.last_day, wanted.first_day + timedelta(days=MOST_DAYS))
    weekdays = wanted.weekdays or frozenset(range(5))
    holidays = public_holidays(centre.holiday_zone, wanted.first_day, last)
    days = [wanted.first_day + timedelta(days=n) for n in range((last - wanted.first_day).days + 1)]
    return [day for day in days if day.weekday() in weekdays and day not in holidays]


def _starts(days: Iterable[date], wanted: Wanted) -> Iterable[tuple[datetime, datetime]]:
    length = timedelta(minutes=wanted.minutes)
    for day in days:
        start_at, last = clock.at(day, wanted.earliest), clock.at(day, wanted.latest)
        while start_at + length <= last:
            yield start_at, start_at + length
            start_at += STEP


def _busy(keys: Collection[int], window: tuple[datetime, datetime]) -> Spans:
    """Why somebody is away stays his: a meeting is named, a leave is « absent »."""
    start, end = window
    found: Spans = defaultdict(list)
    visits = Appointment.objects.coming().filter(
        practitioner__in=keys, start_at__lt=end, blocked_until__gt=start
    )
    for key, since, until in visits.order_by().values_list("practitioner_id", "start_at", "end_at"):
        found[key].append((since, until, _("a des rendez-vous")))
    absences = Absence.objects.filter(practitioner__in=keys, start_at__lt=end, end_at__gt=start)
    for key, since, until, kind in absences.order_by().values_list(
        "practitioner_id", "start_at", "end_at", "kind"
    ):
        why = _("est en réunion") if kind == AbsenceKind.MEETING else _("est absent")
        found[key].append((since, until, why))
    for rows, why in (
        (WorkshopHost.objects.all(), _("anime un atelier")),
        (ExternalBusy.objects.all(), _("est pris ailleurs")),
    ):
        for key, since, until in _times(rows, keys, window):
            found[key].append((since, until, why))
    return found


def _openings(keys: Collection[int], window: tuple[datetime, datetime]) -> Spans:
    found: Spans = defaultdict(list)
    for key, since, until in _times(Opening.objects.standing(), keys, window):
        found[key].append((since, until, ""))
    return found


def _times(
    rows: QuerySet[Opening] | QuerySet[WorkshopHost] | QuerySet[ExternalBusy],
    keys: Collection[int],
    window: tuple[datetime, datetime],
) -> Iterable[tuple[int, datetime, datetime]]:
    meeting = rows.filter(practitioner__in=keys, start_at__lt=window[1], end_at__gt=window[0])
    return meeting.order_by().values_list("practitioner_id", "start_at", "end_at")


def _shut(
    centre: Centre, room: Room | None, window: tuple[datetime, datetime]
) -> list[tuple[datetime, datetime]]:
    start, end = window
    closed = Closure.objects.filter(centre=centre, place=None, start_at__lt=end, end_at__gt=start)
    found = list(closed.order_by().values_list("start_at", "end_at"))
    if room is not None:
        taken = ResourceClosure.objects.filter(room=room, start_at__lt=end, end_at__gt=start)
        found += list(taken.order_by().values_list("start_at", "end_at"))
        visits = Appointment.objects.coming().filter(room=room, start_at__lt=end, end_at__gt=start)
        found += list(visits.order_by().values_list("start_at", "end_at"))
    return found
