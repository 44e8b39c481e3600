"""The cast: the same few people in every story. An owner, her child, a stranger, her doctor and his colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from accounts.models import Role, User
from appointments.models import Appointment, VisitReason
from core import clock
from patients.models import Patient
from patients.models.proxy import Relation
from practitioners.models import Practitioner
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory

MONDAY = date(2026, 11, 23)
SUNDAY_NOON = clock.at(MONDAY - timedelta(days=1), time(12))


def on_monday(hour: int, minute: int = 0) -> datetime:
    return clock.at(MONDAY, time(hour, minute))


@dataclass(eq=False)
class Person:
    """Somebody with an account and a browser."""

    user: User
    client: Client
    patient: Patient | None = None
    child: Patient | None = None


@dataclass(eq=False)
class Doctor:
    """Somebody who receives on Monday from 8 to 10, every twenty minutes."""

    practitioner: Practitioner
    reason: VisitReason
    user: User
    client: Client


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_doctor(last_name: str) -> Doctor:
    user = UserFactory(email=f"{last_name.lower()}@example.org", last_name=last_name)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    practitioner = PractitionerFactory(user=user, last_name=last_name, slug=last_name.lower())
    reason = VisitReasonFactory(practitioner=practitioner, name="Consultation", cancel_limit_hours=4)
    OpeningFactory(practitioner=practitioner, start_at=on_monday(8), end_at=on_monday(10))
    return Doctor(practitioner, reason, user, sign_in(user))


@pytest.fixture
def uploads(settings, tmp_path) -> Path:
    """What this test sends is kept in a folder of its own."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return tmp_path / "uploads"


@pytest.fixture
def sunday():
    """It is Sunday 22 November 2026, noon in Paris; Monday is open."""
    with time_machine.travel(SUNDAY_NOON, tick=False):
        yield SUNDAY_NOON


@pytest.fixture
def owner(db, sunday) -> Person:
    user = UserFactory(email="jeanne@example.org", first_name="Jeanne", last_name="Lefebvre")
    patient = PatientFactory(birth_name="Lefebvre", email=user.email)
    child = PatientFactory(birth_name="Lefebvre", birth_first_names="Lou", birth_date=date(2018, 5, 2))
    ProxyFactory(user=user, patient=patient)
    ProxyFactory(user=user, patient=child, relation=Relation.CHILD, until=date(2036, 5, 2))
    return Person(user, sign_in(user), patient, child)


@pytest.fixture
def outsider(db, sunday) -> Person:
    user = UserFactory(email="voisin@example.org")
    patient = PatientFactory(birth_name="Deroo")
    ProxyFactory(user=user, patient=patient)
    return Person(user, sign_in(user), patient)


@pytest.fixture
def newcomer(db, sunday) -> Person:
    """An account that has just been made: nobody to act for yet."""
    user = UserFactory(email="nouvelle@example.org", first_name="", last_name="")
    return Person(user, sign_in(user))


@pytest.fixture
def visitor(db, sunday) -> Client:
    return Client()


@pytest.fixture
def doctor(db, sunday) -> Doctor:
    return make_doctor("Vandamme")


@pytest.fixture
def teammate(db, sunday) -> Doctor:
    return make_doctor("Caron")


@pytest.fixture
def booked(owner, doctor) -> Appointment:
    """The owner sees her doctor on Monday at 9."""
    return AppointmentFactory(
        reason=doctor.reason,
        patient=owner.patient,
        start_at=on_monday(9),
        booked_by=owner.user,
        opening=doctor.practitioner.openings.get(),
    )
