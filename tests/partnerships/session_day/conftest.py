"""Thursday 3 December, 14 h–17 h: Jeanne at 14 h, sent by Dr Aubert, and Karim at 14 h 40."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine

from accounts.models import Role
from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession, RequestState
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import agreed_programme
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory, RoomFactory

DAY = date(2026, 12, 3)
SECRET = "idées noires depuis la rentrée"


def partner_account(last_name: str):
    return with_role(Role.PARTNER, email=f"{last_name.lower()}@epsm.example", last_name=last_name)


@pytest.fixture
def psychiatrist(db, sunday):
    return partner_account("Fournier")


@pytest.fixture
def session(psychiatrist, coordinator):
    """Thursday 3 December, 14 h–17 h: Jeanne at 14 h, sent by Dr Aubert, and Karim at 14 h 40."""
    programme = agreed_programme()
    session = ConsultationSession(
        programme=programme,
        practitioner=PractitionerFactory(user=psychiatrist, kind="visiting", last_name="Fournier"),
        room=RoomFactory(place=programme.place, name="Salle 3"),
        start_at=clock.at(DAY, time(14)),
        end_at=clock.at(DAY, time(17)),
        seats=4,
    )
    add_session(session, actor=coordinator)
    first, follow_up = session.opening.reasons.order_by("-duration_minutes")
    for names, start, reason in (
        (("Lefebvre", "Jeanne"), time(14), first),
        (("Benali", "Karim"), time(14, 40), follow_up),
    ):
        AppointmentFactory(
            practitioner=session.practitioner,
            opening=session.opening,
            reason=reason,
            start_at=clock.at(DAY, start),
            patient=PatientFactory(birth_name=names[0], birth_first_names=names[1], phone="+33612345678"),
        )
    jeanne = session.opening.appointments.order_by("start_at").first()
    ConsultationRequestFactory(
        programme=programme,
        patient=jeanne.patient,
        state=RequestState.BOOKED,
        appointment=jeanne,
        requester=PractitionerFactory(last_name="Aubert"),
        urgency="soon",
        facts=SECRET,
        question=SECRET,
    )
    return session


def at(hour: int, minute: int = 0, days: int = 0):
    return time_machine.travel(clock.at(DAY + timedelta(days=days), time(hour, minute)), tick=False)


def visits(session) -> list[str]:
    return list(session.opening.appointments.order_by("start_at").values_list("status", flat=True))
