"""One evening of a workshop, who animates it, and the secretary at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.models import EnrolmentState
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import EnrolmentFactory, WorkshopCycleFactory, WorkshopFactory
from tests.factories.patients import PatientFactory

EVENING = on_monday(18)


@pytest.fixture
def session(doctor):
    workshop = WorkshopFactory(
        title="Bien dormir", slug="bien-dormir", seats=2, animators=[doctor.practitioner]
    )
    return WorkshopCycleFactory(workshop=workshop, start_at=EVENING).sessions.get()


@pytest.fixture
def secretary(sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


@pytest.fixture
def desk(secretary):
    return sign_in(secretary)


def at(name, session, *more):
    return reverse(name, args=[session.pk, *more])


def seat(session, name="Deroo", state=EnrolmentState.ENROLLED, queue=None, **patient):
    return EnrolmentFactory(
        cycle=session.cycle, patient=PatientFactory(birth_name=name, **patient), state=state, queue=queue
    )
