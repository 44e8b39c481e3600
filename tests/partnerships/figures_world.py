"""A house with random visits, and the figures of it counted one by one, slowly, without SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from appointments.models import Absence, Appointment, Audience, Closure, Opening, PlaceKind, Status
from core import clock
from core.db import insert_or_none
from core.outbox.models import OutboxMessage
from partnerships.figures_period import Period
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory, ProfessionFactory

PAST = (Status.FULFILLED,) * 6 + (Status.NO_SHOW, Status.CANCELLED, Status.BOOKED, Status.ARRIVED)
MINUTE = timedelta(minutes=1)


def people() -> list[Any]:
    """Reasons: two doctors, a nurse in the annexe."""
    nurse = ProfessionFactory(slug="infirmier", name="infirmier", plural_name="infirmiers")
    return [
        VisitReasonFactory(practitioner=PractitionerFactory()),
        VisitReasonFactory(practitioner=PractitionerFactory()),
        VisitReasonFactory(practitioner=PractitionerFactory(profession=nurse)),
    ]


def fill(rng: Random, period: Period, reasons: list[Any], visits: int) -> None:
    """Times on the quarter of an hour, from two months before the period before to a week after today."""
    places = [PlaceFactory(), PlaceFactory(name="Annexe")]
    patients = PatientFactory.create_batch(12)
    first = period.before.first - timedelta(days=20)
    days = (clock.today() - first).days + 7

    def some_day() -> date:
        return first + timedelta(days=rng.randrange(days))

    openings = [
        _opening(rng, some_day(), rng.choice(reasons), rng.choice(places)) for _ in range(visits // 2)
    ]
    for reason in reasons:
        start = _at(rng, some_day(), 6, 12)
        AbsenceFactory(
            practitioner=reason.practitioner,
            start_at=start,
            end_at=start + timedelta(hours=rng.randrange(2, 60)),
        )
    for place in (None, places[1]):
        start = _at(rng, some_day(), 6, 18)
        ClosureFactory(place=place, start_at=start, end_at=start + timedelta(hours=rng.randrange(1, 40)))
    for _ in range(visits):
        opening = rng.choice(openings)
        inside = rng.random() < 0.8
        day = clock.local(opening.start_at).date() if inside else some_day()
        reason = next(one for one in reasons if one.practitioner_id == opening.practitioner_id)
        _visit(rng, _at(rng, day, 7, 20), reason, rng.choice(patients), opening if inside else None)


def _at(rng: Random, day: date, low: int, high: int) -> datetime:
    start, _end = clock.day_bounds(day)
    return start + timedelta(hours=rng.randrange(low, high), minutes=rng.choice((0, 15, 30, 45)))


def _opening(rng: Random, day: date, reason: Any, place: Any) -> Opening:
    start = _at(rng, day, 7, 17)
    return OpeningFactory(
        practitioner=reason.practitioner,
        place=place,
        start_at=start,
        end_at=start + timedelta(minutes=rng.choice((60, 90, 180, 240))),
        audience=rng.choice((Audience.EVERYONE, Audience.EVERYONE, Audience.UNSCHEDULED)),
        cancelled_at=clock.now() if rng.random() < 0.1 else None,
    )


def _visit(rng: Random, start: datetime, reason: Any, patient: Any, opening: Opening | None) -> None:
    status = rng.choice(PAST)
    row = AppointmentFactory.build(
        reason=reason,
        practitioner=reason.practitioner,
        patient=patient,
        place=PlaceFactory(),
        opening=opening,
        start_at=start,
        end_at=start + timedelta(minutes=rng.choice((15, 20, 45))),
        blocked_until=start + timedelta(minutes=45),
        status=status,
        cancelled_at=start if status == Status.CANCELLED else None,
        place_kind=rng.choice((PlaceKind.CENTRE, PlaceKind.VIDEO, PlaceKind.HOME)),
        origin=rng.choice(("online", "desk", "sas")),
        booked_at=start - timedelta(hours=rng.randrange(0, 60 * 24)),
        is_overbooked=True,
    )
    visit = insert_or_none(row)
    if visit is not None and rng.random() < 0.4:
        sent = start - timedelta(days=2)
        OutboxMessage.objects.create(
            dedupe_key=f"reminder:{visit.pk}",
            kind="appointments.reminder.days",
            channel="sms",
            state="sent",
            sent_at=sent,
            subject_type="appointments.appointment",
            subject_id=visit.pk,
        )


# --- Counting, slowly -----------------------------------------------------------------------------------------------

type Row = dict[str, Any]


@dataclass
class Oracle:
    """Answers what `Found.of` answers, part by part."""

    period: Period
    practitioners: set[int]

    def __post_init__(self) -> None:
        rows = Appointment.objects.select_related("practitioner", "opening")
        self.all = [row for row in rows if row.status not in (Status.HELD, Status.LAPSED, Status.CANCELLED)]
        self.first: dict[int | None, datetime] = {}
        for row in sorted(self.all, key=lambda row: row.start_at, reverse=True):
            if row.status != Status.NO_SHOW:
                self.first[row.patient_id] = row.start_at
        self.kept = {which: self._visits(which) for which in (0, 1)}
        self.open = [
            self._open(row)
            for row in Opening.objects.filter(cancelled_at=None).select_related("practitioner")
        ]
        self.reminded = set(OutboxMessage.objects.values_list("subject_id", flat=True))

    def visits(self, which: int) -> list[Appointment]:
        return self.kept[which]

    def _visits(self, which: int) -> list[Appointment]:
        period = self.period.before if which else self.period
        return [
            row
            for row in self.all
            if period.first <= _day(row.start_at) <= period.ends_on
            and row.practitioner_id in self.practitioners
        ]

    def parts(self, which: int, of: Callable[[Appointment], Any]) -> dict[str, list[Appointment]]:
        found: dict[str, list[Appointment]] = {}
        for row in self.visits(which):
            found.setdefault(str(of(row)), []).append(row)
        return found

    def bucket(self, day: date) -> date:
        return day - timedelta(days=day.weekday()) if self.period.step == "week" else day.replace(day=1)

    def is_first(self, visit: Appointment) -> bool:
        return visit.status != Status.NO_SHOW and self.first[visit.patient_id] == visit.start_at

    def activity(self, rows: list[Appointment]) -> Row:
        given = [row for row in rows if row.status != Status.NO_SHOW]
        return {
            "visits": len(given),
            "unscheduled": sum(is_unscheduled(row) for row in given),
            "teleconsultations": sum(row.place_kind == "video" for row in given),
            "home_visits": sum(row.place_kind == "home" for row in given),
            "online": sum(row.origin == "online" for row in given),
            "patients": len({row.patient_id for row in given}),
            "new_patients": len({row.patient_id for row in given if self.is_first(row)}),
            "unmarked": sum(row.status == Status.BOOKED for row in given),
        }

    def no_shows(self, rows: list[Appointment]) -> Row:
        known = [row for row in rows if row.status != Status.BOOKED]
        return {"expected": len(known), "no_shows": sum(row.status == Status.NO_SHOW for row in known)}

    def delays(self, rows: list[Appointment]) -> Row:
        counted = [row for row in rows if row.status != Status.NO_SHOW and not is_unscheduled(row)]
        waits = [(_day(row.start_at) - _day(row.booked_at)).days for row in counted]  # type: ignore[arg-type]
        firsts = [wait for wait, row in zip(waits, counted, strict=True) if self.is_first(row)]
        return {
            "booked": len(waits),
            "booked_median": percentile(waits, 0.5),
            "booked_ninth": percentile(waits, 0.9),
            "firsts": len(firsts),
            "firsts_median": percentile(firsts, 0.5),
            "firsts_ninth": percentile(firsts, 0.9),
        }

    def _open(self, opening: Opening) -> tuple[Any, date, set[tuple[int, int]]]:
        """Who, which day, and each minute that nobody took away."""
        away = list(Absence.objects.filter(practitioner=opening.practitioner_id))
        away += [row for row in Closure.objects.all() if row.place_id in (None, opening.place_id)]  # type: ignore[misc]
        minutes = {
            minute
            for minute in _minutes(opening.start_at, opening.end_at)
            if not any(row.start_at.timestamp() <= 60 * minute < row.end_at.timestamp() for row in away)
        }
        return (
            opening.practitioner,
            _day(opening.start_at),
            {(opening.practitioner_id, one) for one in minutes},
        )

    def fill(self, which: int, keep: Callable[[Any, date], bool]) -> Row:
        """Minute by minute."""
        period = self.period.before if which else self.period
        opened: set[tuple[int, int]] = set()
        for who, day, minutes in self.open:
            if who.pk in self.practitioners and period.first <= day <= period.ends_on and keep(who, day):
                opened |= minutes
        booked = {
            (row.practitioner_id, minute)
            for row in self.visits(which)
            for minute in _minutes(row.start_at, row.end_at)
        }
        return {"open_seconds": 60 * len(opened), "given_seconds": 60 * len(opened & booked)}


def is_unscheduled(visit: Appointment) -> bool:
    return visit.origin == "sas" or (visit.opening is not None and visit.opening.audience == "unscheduled")


def percentile(values: Iterable[int], part: float) -> float | None:
    """Between the two values that are nearest, as far along as the part says."""
    row = sorted(values)
    if not row:
        return None
    place = part * (len(row) - 1)
    low = int(place)
    return row[low] + (row[min(low + 1, len(row) - 1)] - row[low]) * (place - low)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _minutes(start: datetime, end: datetime) -> range:
    return range(int(start.timestamp()) // 60, int(end.timestamp()) // 60)
