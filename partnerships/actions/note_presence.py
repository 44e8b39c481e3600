"""Arrived, seen, absent, excused: one tap, whatever steps of the day list it stands for."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, Status
from partnerships.attendance import Presence

STEPS = {
    Presence.ARRIVED: Step.ARRIVE,
    Presence.ABSENT: Step.ABSENT,
    Presence.EXCUSED: Step.EXCUSE,
}
# « Vu » closes the visit from wherever it stands.
TO_SEEN = {
    Status.BOOKED: (Step.SEEN,),
    Status.ARRIVED: (Step.BEGIN, Step.FINISH),
    Status.IN_PROGRESS: (Step.FINISH,),
}


@transaction.atomic
def note_presence(visit: Appointment, presence: Presence, *, actor: User) -> Appointment:
    """Raises `WrongStep`, `NotToday`, `NotYet` or `TimeGiven`; nothing has changed then."""
    if presence == Presence.UNDO:
        return _take_back(visit, actor)
    steps = (
        TO_SEEN.get(Status(visit.status), (Step.SEEN,)) if presence == Presence.SEEN else (STEPS[presence],)
    )
    for step in steps:
        visit = change_state(visit, step, actor=actor)
    return visit


def _take_back(visit: Appointment, actor: User) -> Appointment:
    """As before the tap: who had arrived is here again, everybody else is expected again."""
    had_arrived = visit.arrived_at is not None and visit.status != Status.ARRIVED
    visit = change_state(visit, Step.UNDO, actor=actor)
    while visit.status == Status.IN_PROGRESS or (visit.status == Status.ARRIVED and not had_arrived):
        visit = change_state(visit, Step.UNDO, actor=actor)
    return visit
