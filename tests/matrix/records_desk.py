"""A session of the professional who comes from outside, with somebody expected in it."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("attended_session")
def attended_session(world: World) -> int:
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner)
    start = clock.now() + timedelta(days=40)
    session = ConsultationSession(
        programme=programme,
        practitioner=world.practitioners["partner"],
        start_at=start,
        end_at=start + timedelta(hours=3),
        seats=4,
    )
    return add_session(session, actor=world.users["coordinator"]).pk


@record("visit_of_session")
def visit_of_session(world: World) -> str:
    session = ConsultationSession.objects.get(pk=world.keys["attended_session"])
    return AppointmentFactory(
        practitioner=session.practitioner, opening=session.opening, start_at=session.start_at
    ).reference
