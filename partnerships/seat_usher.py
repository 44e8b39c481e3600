"""What the schedule asks about the seats of sessions (appointments/seating.py)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from appointments.seating import NoSeat, Seeker, Usher, set_usher
from core.db import lock
from partnerships.models import ConsultationSession
from partnerships.seat_plans import read_plans


def full(openings: Collection[int], seeker: Seeker) -> Collection[int]:
    """Openings without a session count no seats."""
    sessions = ConsultationSession.objects.standing().filter(opening__in=openings)
    plans, claims = read_plans(sessions.select_related("programme__category"), seeker)
    return {
        plan.session.opening_id or 0
        for plan, claim in zip(plans, claims, strict=True)
        if not plan.visits and plan.refuses(claim)
    }


def take(practitioner_id: int, start_at: datetime, seeker: Seeker) -> int | None:
    """One at a time for a partner: its contract counts the seats of all its sessions of a month together."""
    session = (
        ConsultationSession.objects.standing()
        .filter(practitioner=practitioner_id, start_at__lte=start_at, end_at__gt=start_at)
        .select_related("programme__category")
        .first()
    )
    if session is None:
        return None
    lock("seats", session.programme.partner_id)
    [plan], [claim] = read_plans([session], seeker)
    if not plan.visits and (sentence := plan.refuses(claim)):
        raise NoSeat(sentence)
    return session.opening_id


set_usher(Usher(full, take))
