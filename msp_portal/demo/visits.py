"""Agendas filled at about six tenths, a year back and six weeks ahead."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from appointments.models import Appointment, Audience, Opening, PlaceKind, Status, VisitReason
from appointments.models.reference import REFERENCE_ALPHABET
from core import clock
from core.audit.models import AuditEvent
from msp_portal.demo.house import House, Member
from patients.models import Patient

AHEAD = timedelta(weeks=6)
FILL = 0.6
ORIGINS = ("online",) * 11 + ("desk",) * 4 + ("phone",) * 3 + ("practitioner",) * 2
LEAVE_FILL = 0.05
# How many days ahead one has to book at most, and on which days people forget.
AHEAD_OF = {
    "medecin-generaliste": 12,
    "infirmier": 6,
    "masseur-kinesitherapeute": 24,
    "orthophoniste": 70,
    "psychologue": 45,
    "sage-femme": 18,
    "dermatologue": 60,
    "cardiologue": 50,
}
FORGETFUL = {0: 0.05, 4: 0.055, 5: 0.07}


@dataclass
class Diary:
    """What has been given so far, so that nobody is in two places at once."""

    rng: Random
    house: House
    patients: list[Patient]
    now: datetime
    most: int | None
    leave: Callable[[Opening], bool]
    hindered: Callable[[Opening], bool]
    rows: list[Appointment] = field(default_factory=list)
    days: dict[date, set[int]] = field(default_factory=lambda: defaultdict(set))
    drawn: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.most is not None and len(self.rows) >= self.most

    def fill(self) -> None:
        """Coming days first, then backwards into the past, until there are as many as wanted."""
        members = {member.row.pk: member for member in self.house.members}
        choices = {pk: _Choices(member, self.patients, self.now) for pk, member in members.items()}
        for opening in self._openings():
            if self.is_full:
                break
            self._fill(opening, choices[opening.practitioner_id])

    def _openings(self) -> Iterator[Opening]:
        today = clock.day_bounds(clock.local(self.now).date())[0]
        openings = Opening.objects.standing().prefetch_related("reasons")
        yield from openings.filter(start_at__gte=today, start_at__lt=self.now + AHEAD).order_by(
            "start_at", "pk"
        )
        yield from openings.filter(start_at__lt=today).order_by("-start_at", "-pk")

    def _share(self, opening: Opening) -> float:
        if opening.audience == Audience.UNSCHEDULED and opening.start_at > self.now + timedelta(hours=20):
            return 0.0  # released late: nobody is booked there days before
        if self.hindered(opening):
            return 0.0
        return LEAVE_FILL if self.leave(opening) else FILL

    def _fill(self, opening: Opening, choices: _Choices) -> None:
        share = self._share(opening)
        reasons = choices.among(opening)
        if not reasons or share == 0:
            return
        at = opening.start_at
        while not self.is_full:
            reason = reasons.draw(self.rng)
            end_at = at + reason.duration
            if end_at + reason.buffer > opening.end_at:
                if at + timedelta(minutes=30) > opening.end_at:
                    return
                at += timedelta(minutes=reason.grid_minutes)
                continue
            if self.rng.random() >= share * 1.12:
                at += timedelta(minutes=reason.grid_minutes)
                continue
            self._book(opening, reason, at, choices)
            at = _next_on_grid(opening, end_at + reason.buffer, reason.grid_minutes)

    def _book(self, opening: Opening, reason: VisitReason, at: datetime, choices: _Choices) -> None:
        patient = choices.patient(self.rng, reason, at, self.days[clock.local(at).date()])
        if patient is not None:
            self.rows.append(self.appointment(opening, reason, at, patient, self._status(at, reason)))

    def _status(self, at: datetime, reason: VisitReason) -> Status:
        chance = self.rng.random()
        if at + reason.duration < self.now:
            return (
                Status.CANCELLED
                if chance < 0.06
                else Status.NO_SHOW
                if chance < 0.06 + FORGETFUL.get(clock.local(at).weekday(), 0.035)
                else Status.FULFILLED
            )
        if at <= self.now:
            return Status.IN_PROGRESS
        if at < self.now + timedelta(minutes=25) and chance < 0.7:
            return Status.ARRIVED
        return Status.CANCELLED if chance < 0.04 else Status.BOOKED

    def appointment(
        self, opening: Opening, reason: VisitReason, at: datetime, patient: Patient, status: Status
    ) -> Appointment:
        booked_at = min(at, self.now) - self._ahead(reason)
        reference, request_id = self.identity()
        row = Appointment(
            reference=reference,
            request_id=request_id,
            status=status,
            practitioner_id=opening.practitioner_id,
            reason=reason,
            patient=patient,
            place_id=opening.place_id,
            room_id=None if reason.place_kind == PlaceKind.HOME else opening.room_id,
            place_kind=reason.place_kind,
            opening=opening,
            start_at=at,
            end_at=at + reason.duration,
            blocked_until=at + reason.duration + reason.buffer,
            origin=self.rng.choice(ORIGINS),
            booked_at=booked_at,
        )
        if status == Status.CANCELLED:
            row.cancelled_at = booked_at + (min(at, self.now) - booked_at) * self.rng.random()
            row.sequence = 1
        return row

    def _ahead(self, reason: VisitReason) -> timedelta:
        """Most are booked a few days before, some as early as one can."""
        most = AHEAD_OF.get(reason.category.profession.slug, 30) * 24 * 60
        return timedelta(minutes=90 + int(most * self.rng.random() ** 2))

    def identity(self) -> tuple[str, uuid.UUID]:
        """Reference and request number: drawn, so that the same seed gives the same."""
        signs = "".join(self.rng.choices(REFERENCE_ALPHABET, k=8))
        reference = f"{signs[:4]}-{signs[4:]}"
        self.drawn.add(reference)
        return reference, uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def name_the_others(self) -> None:
        """Visits that were booked as the portal books them bear names that nobody could draw again."""
        others = Appointment.objects.order_by("start_at", "practitioner__slug", "pk").only("pk", "reference")
        for visit in others:
            if visit.reference not in self.drawn:
                visit.reference, visit.request_id = self.identity()
                visit.save(update_fields=["reference", "request_id"])

    def save(self) -> None:
        Appointment.objects.bulk_create(self.rows, batch_size=5_000)
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(
                    at=row.booked_at or self.now,
                    actor_label="démonstration",
                    action="appointment.booked",
                    subject_type="appointments.appointment",
                    subject_id=row.pk,
                    patient_id=row.patient_id,
                    detail={"reference": row.reference, "origin": row.origin},
                )
                for row in self.rows
                if row.start_at >= self.now
            ],
            batch_size=5_000,
        )


class _Choices:
    """Reasons and patients of one practitioner, ready to draw from."""

    def __init__(self, member: Member, patients: list[Patient], now: datetime) -> None:
        self.member = member
        self.weights = {reason.pk: spec["weight"] for reason, spec in member.reasons}
        self.reasons = {reason.pk: reason for reason, _spec in member.reasons}
        self.today = clock.local(now).date()
        own = [patient for patient in patients if patient.attending_doctor_id == member.row.pk]
        self.patients = own or patients
        self._drawn: dict[tuple[int, ...], _Draw] = {}
        self._fitting: dict[tuple[int | None, int | None, bool], list[Patient]] = {}

    def among(self, opening: Opening) -> _Draw | None:
        if not self.reasons:
            return None
        keys = tuple(sorted(reason.pk for reason in opening.reasons.all())) or tuple(sorted(self.reasons))
        if keys not in self._drawn:
            self._drawn[keys] = _Draw([self.reasons[k] for k in keys], [self.weights[k] for k in keys])
        return self._drawn[keys]

    def patient(self, rng: Random, reason: VisitReason, at: datetime, busy: set[int]) -> Patient | None:
        """Somebody of the right age (and, with a midwife, sex) who was known then, without another visit that day."""
        women = self.member.row.profession.slug in ("sage-femme", "gynecologue")
        key = (reason.min_age, reason.max_age, women)
        if key not in self._fitting:
            self._fitting[key] = [
                patient
                for patient in self.patients
                if reason.fits_age(patient.age_on(self.today))
                and not (women and patient.sex != "female")
                # A few months of margin: the age is that of the day of the visit.
                and (reason.min_age is None or patient.age_on(self.today) > reason.min_age)
            ]
        fitting = self._fitting[key]
        for _attempt in range(8 if fitting else 0):
            patient = rng.choice(fitting)
            if patient.pk not in busy and patient.created_at <= at:
                busy.add(patient.pk)
                return patient
        return None


class _Draw:
    def __init__(self, reasons: list[VisitReason], weights: list[int]) -> None:
        self.reasons, self.steps = reasons, list(accumulate(weights))

    def draw(self, rng: Random) -> VisitReason:
        return self.reasons[bisect_right(self.steps, rng.random() * self.steps[-1])]


def _next_on_grid(opening: Opening, at: datetime, grid: int) -> datetime:
    step = timedelta(minutes=grid)
    return opening.start_at + -((opening.start_at - at) // step) * step
