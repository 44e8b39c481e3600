"""The clocks of requests for an opinion: one deadline, one step, whoever sweeps, however late."""

from __future__ import annotations

from django.db import transaction

from core import clock
from core.audit.record import record
from teleconsult import notifications_expertise as notifications
from teleconsult.actions.convert_expertise import settle_booked, to_a_visit
from teleconsult.actions.expertise_step import locked, move_on
from teleconsult.expertise_delays import answer_due
from teleconsult.expertise_people import asked_of
from teleconsult.models import (
    AWAITED,
    Conversion,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
    ExpertiseTimer,
    ExpertiseTimerStep,
)


def sweep_expertise() -> int:
    """Answers how many steps were due. A request that fails holds up no other: each has its own transaction."""
    keys = list(ExpertiseTimer.objects.due().values_list("pk", flat=True))
    return sum(fire(key) for key in keys) + settle_booked()


@transaction.atomic
def fire(key: int) -> bool:
    """Once: the request's row is locked first, as every step of it does, then the timer is looked at again."""
    timer = ExpertiseTimer.objects.select_related("request").get(pk=key)
    request = locked(timer.request)
    timer.refresh_from_db()
    if not timer.is_due:
        return False
    timer.fired_at = now = clock.now()
    timer.save(update_fields=["fired_at"])
    if timer.step == ExpertiseTimerStep.REMINDER:
        notifications.remind(request, timer)
    elif request.state in AWAITED:
        _one_step_further(request)
    else:
        request.escalated_at = now
        request.save(update_fields=["escalated_at"])
        notifications.escalate(request, timer)
    record(
        None,
        "expertise.chased",
        request,
        patient_id=request.patient_id,
        step=timer.get_step_display(),
        state=str(request.state),
    )
    return True


def _one_step_further(request: ExpertiseRequest) -> None:
    """Expert → pool → visit soon. The next deadline counts from now: a day of outage costs nobody his turn."""
    late = [request.holder] if request.holder is not None else []
    if request.level == ExpertiseLevel.EXPERT and request.pool is not None:
        request.level, request.holder = ExpertiseLevel.POOL, None
        others = asked_of(request)
        if others:
            request.answer_due_at = answer_due(request, clock.now())
            event = move_on(request, ExpertiseState.SENT, by=None, verb="to_pool")
            notifications.tell_experts(request, event, others)
            notifications.tell_requester(request, event)
            return
    event = to_a_visit(request, Conversion.PRIORITY, by=None, verb="to_visit")
    notifications.tell_experts(request, event, late)
    notifications.tell_requester(request, event)
