"""A letter that does not come is asked for when it is due and a week later, then the coordination is told. Once each.

The clocks are those of every request (`RequestTimer`): entering « vu » starts them, the letter's arrival stops them.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core import clock
from core.audit.record import record
from partnerships import notifications_letters as notifications
from partnerships.actions.request_step import locked
from partnerships.models import RequestState, RequestTimer, RequestTimerStep


def chase_letters(now: datetime | None = None) -> int:
    """Answers how many steps were due; each in its own transaction."""
    due = RequestTimer.objects.running().filter(due_at__lte=now or clock.now())
    keys = due.filter(request__state=RequestState.SEEN).order_by("due_at", "step", "pk")
    return sum(_chase(key, now or clock.now()) for key in list(keys.values_list("pk", flat=True)))


@transaction.atomic
def _chase(key: int, now: datetime) -> bool:
    timer = RequestTimer.objects.select_related("request").get(pk=key)
    request = locked(timer.request)
    timer.refresh_from_db()
    if timer.fired_at is not None or timer.stopped_at is not None:
        return False
    timer.fired_at = now
    timer.save(update_fields=["fired_at"])
    if timer.step == RequestTimerStep.COORDINATION:
        request.escalated_at = now
        request.save(update_fields=["escalated_at"])
        notifications.letter_overdue(request, timer)
    else:
        again = timer.step != RequestTimerStep.OWNER
        notifications.letter_awaited(request, f"t{timer.pk}", again=again)
    record(
        None,
        "return_letter.chased",
        request,
        patient_id=request.patient_id,
        step=timer.get_step_display(),
    )
    return True
