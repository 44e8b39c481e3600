"""On the road, one tap: seen, nobody there, or back again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, RoundStop, Status, StopState
from core import clock
from core.audit.record import record

# A home visit has no waiting room: done in one tap, step by step in the trail.
TO_DONE = {Status.BOOKED: Step.ARRIVE, Status.ARRIVED: Step.BEGIN, Status.IN_PROGRESS: Step.FINISH}


def mark_visit(visit: Appointment, state: StopState, *, actor: User) -> None:
    """Raises the refusals of `change_state`; nothing has changed then."""
    with transaction.atomic():
        if state == StopState.ABSENT:
            change_state(visit, Step.ABSENT, actor=actor)
        elif state == StopState.DONE:
            while visit.status != Status.FULFILLED:
                visit = change_state(visit, TO_DONE.get(Status(visit.status), Step.FINISH), actor=actor)
        else:
            while visit.status != Status.BOOKED:
                visit = change_state(visit, Step.UNDO, actor=actor)


@transaction.atomic
def mark_added(stop: RoundStop, state: StopState, *, actor: User) -> None:
    stop = RoundStop.objects.select_for_update(no_key=True).select_related("round").get(pk=stop.pk)
    stop.state = state
    stop.marked_at = None if state == StopState.TO_DO else clock.now()
    stop.save(update_fields=["state", "marked_at"])
    record(actor, "round.mark", stop.round, patient_id=stop.patient_id, state=str(state))
