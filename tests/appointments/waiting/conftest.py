"""A doctor whose times are taken, who waits for one, and what was offered to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from appointments.actions.offer_freed import offer_freed
from appointments.models import SlotOffer, WaitingRequest
from core import clock
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.waiting import WaitingRequestFactory


@pytest.fixture
def desk(db, sunday):
    return sign_in(with_role(Role.SECRETARY, first_name="Sophie", last_name="Accueil"))


@pytest.fixture
def offer(owner, doctor) -> SlotOffer:
    WaitingRequestFactory(patient=owner.patient)
    offer_freed()
    return SlotOffer.objects.get()


def wish(**fields):
    return {
        "first_day": "2026-11-22",
        "last_day": "2026-12-20",
        "half": "",
        "notice": "120",
        "weekdays": [],
        "practitioners": [],
        **fields,
    }


def _counted(client: Client, url: str):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return queries


@pytest.fixture
def full(doctor):
    """Monday morning is taken by six others."""
    return [
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(8) + timedelta(minutes=20 * n))
        for n in range(6)
    ]


def offers() -> list[tuple[str, str, str]]:
    rows = SlotOffer.objects.order_by("pk").values_list("patient__birth_name", "start_at", "state")
    return [(name, f"{clock.local(at):%H:%M}", state) for name, at, state in rows]


def waits(name: str, **fields) -> WaitingRequest:
    return WaitingRequestFactory(patient__birth_name=name, patient__email=f"{name}@example.org", **fields)
