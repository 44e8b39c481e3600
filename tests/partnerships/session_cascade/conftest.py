"""A psychiatrist's session of Thursday 3 December that will not take place, and where each one who was expected is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from appointments.models import Cascade
from core import clock
from core.outbox.models import OutboxMessage, State
from partnerships.actions.change_session import cancel_session
from partnerships.session_cascade import progress_of
from tests.factories.partnerships_session_cascade import programme, session
from tests.factories.practitioners import PractitionerFactory

THURSDAY = clock.at(date(2026, 12, 3), time(14))

WEEK = timedelta(days=7)


@pytest.fixture
def psychiatry(sunday):
    return programme(name="Psychiatrie de l’adulte")


@pytest.fixture
def doctor(sunday):
    return PractitionerFactory(kind="visiting", last_name="Fournier")


@pytest.fixture
def lost(psychiatry, doctor, coordinator):
    """Thursday 3 December; nothing else is planned yet."""
    return session(psychiatry, doctor, THURSDAY, actor=coordinator, seats=10)


def plan_of(lost, actor=None) -> Cascade:
    cancel_session(lost, "Médecin appelé ailleurs", by="Nadine Obin", actor=actor)
    return lost.cancellation.cascade


def fates(cascade) -> list[str]:
    """In their turn."""
    return [str(one.fate) for one in progress_of(cascade, clock.now()).patients]


def lines(cascade) -> dict[int, tuple[str, datetime | None]]:
    return {line.appointment_id: (line.step, line.start_at) for line in cascade.lines.all()}


def leave(time_machine, **later) -> None:
    """Everything due has left."""
    time_machine.move_to(clock.now() + timedelta(**later), tick=False)
    OutboxMessage.objects.filter(state=State.DUE, due_at__lte=clock.now()).update(
        state=State.SENT, sent_at=clock.now()
    )
