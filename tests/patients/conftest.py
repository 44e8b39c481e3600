"""The cast: an account with a child, another account, the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Role, User
from appointments.models import Status
from core import clock
from patients.models import Patient
from patients.models.proxy import ProxyState, Relation
from tests.factories.accounts import UserFactory, with_role
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import CentreFactory


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def owner(db: None) -> User:
    return UserFactory(email="patiente@example.org", first_name="Jeanne", last_name="Lefebvre")


@pytest.fixture
def patient(owner: User) -> Patient:
    CentreFactory(phone="+33321000000")
    patient = PatientFactory(birth_name="Lefebvre", birth_first_names="Jeanne", phone="+33612345678")
    ProxyFactory(user=owner, patient=patient)
    return patient


@pytest.fixture
def child(owner: User) -> Patient:
    born = date(clock.today().year - 8, 1, 5)
    child = PatientFactory(birth_name="Lefebvre", birth_first_names="Léo", birth_date=born, sex="male")
    ProxyFactory(user=owner, patient=child, relation=Relation.CHILD, until=child.comes_of_age_on)
    return child


@pytest.fixture
def outsider(db: None) -> User:
    user = UserFactory(email="voisin@example.org")
    ProxyFactory(user=user)
    return user


@pytest.fixture
def secretary(db: None) -> User:
    return with_role(Role.SECRETARY, email="secretariat@example.org", first_name="Sofia", last_name="Accueil")


@pytest.fixture
def practitioner_user(db: None) -> User:
    return with_role(Role.PRACTITIONER, email="kine@example.org")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def visit(patient: Patient, *, days: float = 7, status: str = Status.BOOKED, reason=None, **fields):
    """An appointment so many days from now; each with a practitioner of its own unless a reason is given."""
    return AppointmentFactory(
        patient=patient,
        start_at=(clock.now() + timedelta(days=days)).replace(second=0, microsecond=0),
        status=status,
        reason=reason or VisitReasonFactory(),
        **fields,
    )


def pending_parent(user: User, **fields) -> object:
    return ProxyFactory(
        user=user,
        relation=Relation.PARENT,
        state=ProxyState.PENDING,
        patient__birth_first_names="Odile",
        patient__birth_date=date(1950, 2, 3),
        **fields,
    )
