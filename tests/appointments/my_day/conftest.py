"""The Monday of a doctor, the desk of the house, and the steps that a visit has taken."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from appointments.models import Appointment, Status
from tests.cast import on_monday
from tests.factories.accounts import with_role

STAMPS = ("arrived_at", "begun_at", "finished_at", "excused_at", "cancelled_at")
NOTHING = dict.fromkeys(STAMPS)


@pytest.fixture
def monday(booked, doctor, teammate, owner):
    """It is Monday, ten past nine; the owner was expected at nine."""
    with time_machine.travel(on_monday(9, 10), tick=False):
        for person in (doctor, teammate, owner):
            person.client.force_login(person.user)
        yield on_monday(9, 10)


@pytest.fixture
def desk(db, sunday):
    return with_role(Role.SECRETARY, email="accueil@example.org")


def stamps(appointment: Appointment) -> dict[str, object]:
    return {name: getattr(appointment, name) for name in STAMPS}


def url(appointment: Appointment, step: str) -> str:
    return reverse("change_visit", args=[appointment.reference, step])


def put(appointment: Appointment, status: Status) -> None:
    cancelled = {"cancelled_at": on_monday(9), "excused_at": on_monday(9)}
    Appointment.objects.filter(pk=appointment.pk).update(
        status=status, **(cancelled if status == Status.CANCELLED else {})
    )
    appointment.refresh_from_db()
