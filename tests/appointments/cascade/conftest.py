"""An absence of the doctor, six patients whom it touches, and where each of them stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from appointments.actions.declare_absence import declare_absence
from appointments.actions.plan_cascade import plan_cascade
from appointments.cascade import USUAL_STEPS
from appointments.cascade_progress import progress_of
from appointments.models import Absence, Cascade
from tests.cast import on_monday
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory

WEEK = timedelta(days=7)


@pytest.fixture
def coordinator(db, sunday):
    return with_role(Role.COORDINATOR, first_name="Hélène", last_name="Coordonne")


def patient(number: int, **fields):
    return PatientFactory(birth_name=f"Patient{number}", **({"email": f"p{number}@example.org"} | fields))


@pytest.fixture
def absence(doctor, coordinator) -> Absence:
    """Six patients on Monday; the doctor will be away, and is back on Tuesday of the next week for three."""
    for number in range(6):
        AppointmentFactory(
            reason=doctor.reason,
            start_at=on_monday(8) + timedelta(minutes=20 * number),
            patient=patient(number),
        )
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + timedelta(days=8),
        end_at=on_monday(9) + timedelta(days=8),
    )
    row = Absence(practitioner=doctor.practitioner, start_at=on_monday(0), end_at=on_monday(0) + WEEK)
    declare_absence(row, actor=coordinator)
    return row


def standings(absence) -> dict[str, int]:
    cascade = Cascade.objects.filter(absence=absence).first()
    return {str(one): number for one, number in progress_of(absence, cascade).counts}


def plan(absence, coordinator, *steps) -> Cascade:
    return plan_cascade(absence, steps or USUAL_STEPS, 21, actor=coordinator)
