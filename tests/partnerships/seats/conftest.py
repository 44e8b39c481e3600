"""A psychiatrist with twelve hours, who asks for a seat and who is given one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from appointments.actions.book_at_desk import book_at_desk
from appointments.availability import free_slots
from appointments.models import Appointment, Audience
from appointments.seating import NOBODY, Seeker
from core import clock
from partnerships.models import RequestState
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import agreed_programme
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.partnerships_seat import held_session
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

# The Sunday of the tests is 22 November 2026; the session is on Thursday 10 December, from 14 h to 18 h.
DAY = date(2026, 12, 10)

EVERYBODY = list(Audience)


@pytest.fixture
def cast(sunday, coordinator) -> SimpleNamespace:
    """Six seats of 40 minutes in four hours; a doctor and a midwife who refer."""
    programme = agreed_programme()
    psychiatrist = PractitionerFactory(kind="visiting", last_name="Fournier")
    session = held_session(programme, psychiatrist, clock.at(DAY, time(14)), actor=coordinator, seats=6)
    doctors = ProfessionFactory(slug="medecin-generaliste", name="médecin généraliste")
    midwives = ProfessionFactory(slug="sage-femme", name="sage-femme")
    return SimpleNamespace(
        programme=programme,
        session=session,
        reason=session.opening.reasons.get(duration_minutes=40),
        doctor=PractitionerFactory(profession=doctors, user=UserFactory()),
        midwife=PractitionerFactory(profession=midwives, user=UserFactory()),
        doctors=doctors,
        midwives=midwives,
        desk=coordinator,
    )


def at(cast: SimpleNamespace, number: int) -> datetime:
    return cast.session.start_at + timedelta(minutes=40 * number)


def refer(cast: SimpleNamespace, by: object = None, *, priority: int = 3) -> object:
    """A patient on the waiting list of the programme."""
    return ConsultationRequestFactory(
        programme=cast.programme,
        requester=by or cast.doctor,
        state=RequestState.ACCEPTED,
        priority=priority,
    ).patient


def seat(cast: SimpleNamespace, number: int, patient: object, **options: object) -> Appointment:
    return book_at_desk(
        cast.reason, at(cast, number), patient, actor=cast.desk, place=cast.programme.place, **options
    )


def shown(cast: SimpleNamespace, seeker: Seeker = NOBODY) -> int:
    day = clock.day_bounds(DAY)
    return len(
        free_slots(
            [cast.reason], *day, now=clock.now(), audiences=EVERYBODY, ignore_notice=True, seeker=seeker
        )
    )
