"""How full sessions are: who stands in them, beside the seats. A fixed number of queries for any number of sessions."""

from __future__ import annotations

from collections.abc import Sequence

from partnerships.models import ConsultationSession
from partnerships.seat_plans import read_plans
from partnerships.seats import SeatPlan


def fills(sessions: Sequence[ConsultationSession]) -> list[SeatPlan]:
    """Each session comes with its programme."""
    return read_plans(sessions)[0]
