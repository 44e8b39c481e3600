"""Cancelled sessions with somebody who was expected in them."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from partnerships.actions.change_session import cancel_session
from partnerships.models import ConsultationSession
from tests.factories.partnerships_session_cascade import expected, programme, session
from tests.matrix.frame import record
from tests.matrix.people import World


def _cancelled(world: World, days: int) -> ConsultationSession:
    """Held by the professional who comes from outside: he does not read of his patients here either."""
    start = clock.now() + timedelta(days=days)
    row = session(
        programme(), world.practitioners["partner"], start, actor=world.users["coordinator"], seats=4
    )
    expected(row, 0, birth_name=f"Attendu{days}", email=f"attendu{days}@example.org")
    cancel_session(row, "Empêché", by="EPSM", actor=world.users["coordinator"])
    return row


@record("cancelled_session")
def cancelled_session(world: World) -> int:
    return _cancelled(world, 50).pk


@record("expecting_session")
def expecting_session(world: World) -> int:
    return _expecting(world).pk


@record("expected_visit")
def expected_visit(world: World) -> str:
    return _expecting(world).expected.get().disruption.appointment.reference


def _expecting(world: World) -> ConsultationSession:
    """One session for both parts of an address."""
    if "expecting" not in world.keys:
        world.keys["expecting"] = _cancelled(world, 51)
    return world.keys["expecting"]
