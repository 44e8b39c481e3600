"""A programme, who holds it, and the sessions that are to come."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import agreed_programme
from tests.factories.practitioners import PractitionerFactory, RoomFactory

TODAY = date(2026, 11, 22)


@pytest.fixture
def programme(sunday):
    return agreed_programme()


@pytest.fixture
def held_by(programme):
    return PractitionerFactory(
        kind="visiting", last_name="Fournier", profession=programme.category.profession
    )


@pytest.fixture
def plan(programme, held_by, coordinator):
    """`plan(5)`: a session in five days, from 14 h to 17 h, in a room."""
    room = RoomFactory(place=programme.place, name="Salle 3")

    def make(days: int, **fields) -> ConsultationSession:
        start = fields.pop("start_at", clock.at(TODAY + timedelta(days=days), time(14)))
        values = {"programme": programme, "practitioner": held_by, "room": room, "seats": 4} | fields
        session = ConsultationSession(start_at=start, end_at=start + timedelta(hours=3), **values)
        return add_session(session, actor=coordinator)

    return make


def expect(session: ConsultationSession, number: int) -> None:
    for place in range(number):
        start = session.start_at + timedelta(minutes=30 * place)
        AppointmentFactory(
            practitioner=session.practitioner,
            opening=session.opening,
            start_at=start,
        )
