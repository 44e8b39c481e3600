"""What has happened to one patient, and who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from appointments.models import Appointment, AppointmentSeries, EnrolmentState, Status
from coordination.access import Reader
from coordination.timeline_page import Page
from core import clock
from patients.actions.break_glass import break_glass
from patients.models import Consent, Patient
from patients.models.consent import Decision, Means
from tests.cast import Doctor, on_monday
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)


@pytest.fixture
def desk(db, sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


def visits(doctor: Doctor, patient: Patient, number: int, after: int = 0) -> list[Appointment]:
    """One a day at nine, yesterday first."""
    rows = [
        AppointmentFactory.build(
            reason=doctor.reason,
            patient=patient,
            place=doctor.practitioner.openings.get().place,
            start_at=on_monday(9) - timedelta(days=after + day + 2),
            status=Status.FULFILLED,
            booked_at=clock.now(),
        )
        for day in range(number)
    ]
    return Appointment.objects.bulk_create(rows)


def one_of_each_other_kind(doctor: Doctor, patient: Patient) -> None:
    ago = clock.now() - timedelta(hours=5)
    workshop = WorkshopFactory(animators=[doctor.practitioner], title="Équilibre")
    EnrolmentFactory(
        cycle=WorkshopCycleFactory(workshop=workshop, start_at=ago),
        patient=patient,
        state=EnrolmentState.ENROLLED,
    )
    AppointmentSeries.objects.create(
        patient=patient,
        practitioner=doctor.practitioner,
        reason=doctor.reason,
        prescribed=10,
        prescriber="Dr Caron",
        first_day=clock.today(),
        weekdays=[0],
        created_at=ago,
    )
    Consent.objects.create(
        patient=patient,
        practitioner=doctor.practitioner,
        decision=Decision.INFORMED,
        means=Means.ORAL,
        recorded_by=doctor.user,
    )
    break_glass(patient, doctor.practitioner, justification="Malaise dans la salle.", actor=doctor.user)


def reader(doctor: Doctor) -> Reader:
    return Reader(doctor.user, doctor.practitioner)


def keys(page: Page) -> list[int]:
    return [line.entry.pk for line in page.lines]
