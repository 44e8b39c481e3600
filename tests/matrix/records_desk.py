"""A session of the professional who comes from outside, with somebody expected in it."""

from __future__ import annotations

from partnerships.models import ConsultationSession
from tests.factories.appointments import AppointmentFactory
from tests.matrix.frame import record
from tests.matrix.people import World
from tests.matrix.records_partnerships import session_in


@record("attended_session")
def attended_session(world: World) -> int:
    return session_in(world, days=40).pk


@record("visit_of_session")
def visit_of_session(world: World) -> str:
    session = ConsultationSession.objects.get(pk=world.keys["attended_session"])
    return AppointmentFactory(
        practitioner=session.practitioner, opening=session.opening, start_at=session.start_at
    ).reference
