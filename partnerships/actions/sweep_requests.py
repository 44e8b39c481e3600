"""The clock of the requests: each step of each escalation once, whoever sweeps, however late."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.audit.record import record
from partnerships import notifications_request as notifications
from partnerships.actions.request_step import locked
from partnerships.models import RequestState, RequestTimer, RequestTimerStep


def sweep_requests() -> int:
    """Answers how many steps were due. A request that fails holds up no other: each has its own transaction."""
    # A letter that does not come is asked for in its own words (`chase_letters`).
    due = RequestTimer.objects.due().exclude(request__state=RequestState.SEEN)
    return sum(fire(key) for key in list(due.values_list("pk", flat=True)))


@transaction.atomic
def fire(key: int) -> bool:
    """Once: the request's row is locked first, as every step of it does, then the timer is looked at again."""
    timer = RequestTimer.objects.select_related("request").get(pk=key)
    request = locked(timer.request)
    timer.refresh_from_db()
    if not timer.is_due:
        return False
    timer.fired_at = now = clock.now()
    timer.save(update_fields=["fired_at"])
    if timer.step == RequestTimerStep.OWNER:
        notifications.remind(request, timer)
    elif timer.step == RequestTimerStep.TRIAGE:
        notifications.warn(request, timer)
    else:
        request.escalated_at = now
        request.save(update_fields=["escalated_at"])
        notifications.escalate(request, timer)
    record(
        None,
        "request.chased",
        request,
        patient_id=request.patient_id,
        step=timer.get_step_display(),
        state=str(request.state),
    )
    return True
