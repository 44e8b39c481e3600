"""What the schedule asks about the seats of sessions (appointments/seating.py)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from appointments.models import Appointment
from appointments.seating import NoSeat, Seeker, Usher, set_usher
from core import clock
from core.db import lock
from partnerships.models import MOST_OVERBOOKING, ConsultationSession
from partnerships.seat_plans import read_plans
from partnerships.seats import full_sentence


def full(openings: Collection[int], seeker: Seeker) -> Collection[int]:
    """Openings without a session count no seats."""
    sessions = ConsultationSession.objects.standing().filter(opening__in=openings)
    plans, claims = read_plans(sessions.select_related("programme"), seeker)
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
        .select_related("programme")
        .first()
    )
    if session is None:
        return None
    if not seeker.giving_up and _is_crammed(session):
        raise NoSeat(full_sentence())
    lock("seats", session.programme.partner_id)
    [plan], [claim] = read_plans([session], seeker)
    if not plan.visits and (sentence := plan.refuses(claim)):
        raise NoSeat(sentence)
    return session.opening_id


def _is_crammed(session: ConsultationSession) -> bool:
    """Fuller than any rule allows: nobody has to wait in line to hear it."""
    most = session.seats + session.seats * MOST_OVERBOOKING // 100
    inside = Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=clock.now()),
        practitioner=session.practitioner_id,
        occupies=True,
        start_at__gte=session.start_at,
        start_at__lt=session.end_at,
    )
    return inside.count() >= most


set_usher(Usher(full, take))
