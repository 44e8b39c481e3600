"""How a series is asked for, and what of it the tests look at."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from appointments.actions.book_series import (
    Prescription,
    start_series,
)
from appointments.models import AppointmentSeries, VisitReason
from appointments.patient_times import PatientTimes
from appointments.series import Pattern, Proposal, Wanted, propose, window
from appointments.series_causes import Causes
from core import clock
from tests.cast import MONDAY
from tests.factories.appointments import (
    OpeningFactory,
)

WEEKS = 8


def at(week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
    return clock.at(MONDAY + timedelta(days=7 * week + weekday), time(hour, minute))


def open_weeks(reason: VisitReason, weekdays=(0, 3), hours=(8, 10)) -> None:
    for week in range(WEEKS):
        for weekday in weekdays:
            OpeningFactory(
                practitioner=reason.practitioner,
                start_at=at(week, weekday, hours[0]),
                end_at=at(week, weekday, hours[1]),
            )


TWICE = Pattern(MONDAY, (0, 3), "matin")


def proposal(reasons, patient, pattern=TWICE, number=4, chosen=None, giving_up=()) -> Proposal:
    reasons = reasons if isinstance(reasons, list) else [reasons]
    targets = pattern if isinstance(pattern, list) else pattern.targets(number)
    days = window(targets)
    times = PatientTimes(reasons, patient, days, clock.now(), giving_up)
    wanted = Wanted(reasons, targets, 1, chosen or {}, pattern=None if isinstance(pattern, list) else pattern)
    return propose(wanted, times, Causes(reasons, patient, times, days))


def begin(reason, patient, actor, number=4, prescribed=10, key=None) -> AppointmentSeries:
    found = proposal(reason, patient, TWICE, number)
    return start_series(
        patient,
        [reason],
        TWICE,
        Prescription(prescribed, date(2026, 11, 20), "Dr Martin"),
        found.slots,
        actor=actor,
        key=key or uuid.uuid4(),
    )
