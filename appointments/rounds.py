"""A round as it will go: arrival after arrival, and what does not fit. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    HomeAccess,
    PlaceKind,
    Round,
    RoundStop,
    Status,
    StopState,
    VisitReason,
)
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner

DONE = frozenset({Status.FULFILLED, Status.NO_SHOW})


@dataclass(frozen=True)
class Leg:
    """One stop with what the sheet says of it. `key` names it also before it is a row: v<visit> or s<stop>."""

    key: str
    patient: Patient
    minutes: int
    visit: Appointment | None = None
    stop: RoundStop | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    state: StopState = StopState.TO_DO
    arrives_at: datetime | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    late_minutes: int = 0
    clash: Appointment | None = None
    access: str = ""

    @property
    def waits_minutes(self) -> int:
        if self.arrives_at is None or self.begins_at is None:
            return 0
        return int((self.begins_at - self.arrives_at).total_seconds()) // 60


@dataclass(frozen=True)
class DayRound:
    practitioner: Practitioner
    day: date
    starts_at: time
    travel_minutes: int
    legs: list[Leg] = field(default_factory=list)

    @property
    def left(self) -> int:
        return sum(leg.state == StopState.TO_DO for leg in self.legs)

    @property
    def troubled(self) -> int:
        return sum(bool(leg.late_minutes or leg.clash) for leg in self.legs)

    @property
    def ends_at(self) -> datetime | None:
        return self.legs[-1].ends_at if self.legs else None

    @property
    def earlier(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def later(self) -> date:
        return self.day + timedelta(days=1)


def makes_rounds(practitioner: Practitioner) -> bool:
    """Whether there is a reason to show the door of the rounds."""
    home = VisitReason.objects.filter(practitioner=practitioner, place_kind=PlaceKind.HOME, is_active=True)
    return home.exists()


def round_of(practitioner: Practitioner, day: date, *, with_access: bool) -> DayRound:
    """Kept stops in their order, booked visits that are not among them where their hour puts them. Four queries."""
    start, end = clock.day_bounds(day)
    visits = list(
        Appointment.objects.filter(
            practitioner=practitioner, status__in=ACTIVE_STATES, start_at__gte=start, start_at__lt=end
        )
        .select_related("patient", "reason")
        .order_by("start_at", "pk")
    )
    kept = Round.objects.filter(practitioner=practitioner, day=day).first()
    rows = list(kept.stops.select_related("patient").order_by("position", "pk")) if kept else []
    legs = _in_order(day, [visit for visit in visits if visit.place_kind == PlaceKind.HOME], rows)
    if with_access:
        notes = dict(
            HomeAccess.objects.filter(patient__in=[leg.patient.pk for leg in legs]).values_list(
                "patient_id", "note"
            )
        )
        legs = [replace(leg, access=notes.get(leg.patient.pk, "")) for leg in legs]
    starts_at = kept.starts_at if kept else _first_hour(legs)
    travel = kept.travel_minutes if kept else Round._meta.get_field("travel_minutes").default
    elsewhere = [visit for visit in visits if visit.place_kind != PlaceKind.HOME]
    timed = timetable(legs, clock.at(day, starts_at), travel, elsewhere)
    return DayRound(practitioner, day, starts_at, travel, timed)


def timetable(
    legs: Iterable[Leg], departure: datetime, travel_minutes: int, elsewhere: Iterable[Appointment] = ()
) -> list[Leg]:
    """When each is reached if all goes well: never before its hour, and late where the ones before take too long."""
    busy = list(elsewhere)
    travel = timedelta(minutes=travel_minutes)
    at, timed = departure, []
    for number, leg in enumerate(legs):
        arrives = at + travel if number else at
        begins = max(arrives, leg.not_before) if leg.not_before else arrives
        ends = begins + timedelta(minutes=leg.minutes)
        late = begins - leg.not_after if leg.not_after else timedelta(0)
        clash = next((one for one in busy if one.start_at < ends and one.end_at > begins), None)
        timed.append(
            replace(
                leg,
                arrives_at=arrives,
                begins_at=begins,
                ends_at=ends,
                late_minutes=max(0, int(late.total_seconds()) // 60),
                clash=clash if leg.state == StopState.TO_DO else None,
            )
        )
        at = ends
    return timed


def best_place(legs: list[Leg], new: Leg, departure: datetime, travel_minutes: int) -> int:
    """Where somebody without an hour disturbs least: nobody late, then home early, then as soon as possible."""

    def cost(place: int) -> tuple[int, datetime, int]:
        timed = timetable([*legs[:place], new, *legs[place:]], departure, travel_minutes)
        return sum(leg.late_minutes for leg in timed), timed[-1].ends_at or departure, place

    return min(range(len(legs) + 1), key=cost)


def leg_of(day: date, stop: RoundStop) -> Leg:
    """A stop that is not saved yet, as the sheet would show it."""
    return _added(day, stop)


def _in_order(day: date, visits: list[Appointment], rows: list[RoundStop]) -> list[Leg]:
    by_key = {visit.pk: visit for visit in visits}
    legs = []
    for row in rows:
        if row.appointment_id is None:
            legs.append(_added(day, row))
        elif visit := by_key.pop(row.appointment_id, None):
            legs.append(_booked(visit, row))
    # Booked since the order was set: before the first fixed hour that is later.
    for visit in by_key.values():
        place = next(
            (n for n, leg in enumerate(legs) if leg.visit and leg.visit.start_at > visit.start_at), len(legs)
        )
        legs.insert(place, _booked(visit, None))
    return legs


def _booked(visit: Appointment, row: RoundStop | None) -> Leg:
    assert visit.patient is not None, "an active appointment has a patient"
    state = StopState.TO_DO
    if visit.status in DONE:
        state = StopState.DONE if visit.status == Status.FULFILLED else StopState.ABSENT
    length = int((visit.end_at - visit.start_at).total_seconds()) // 60
    return Leg(f"v{visit.pk}", visit.patient, length, visit, row, visit.start_at, visit.start_at, state)


def _added(day: date, row: RoundStop) -> Leg:
    assert row.patient is not None, "the table asks for a visit or a patient"
    return Leg(
        f"s{row.pk}",
        row.patient,
        row.minutes,
        None,
        row,
        clock.at(day, row.not_before) if row.not_before else None,
        clock.at(day, row.not_after) if row.not_after else None,
        StopState(row.state),
    )


def _first_hour(legs: list[Leg]) -> time:
    """Without a wish one leaves for the first fixed hour."""
    fixed = [leg.visit.start_at for leg in legs if leg.visit is not None]
    return clock.local(min(fixed)).time() if fixed else time(8)
