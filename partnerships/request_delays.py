"""Until when each step of a request has time: hours by the clock, or days on which the house works."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import F, Q

from coordination.models import DelayUnit
from coordination.referral_delays import later
from core import clock
from partnerships.models import (
    ConsultationRequest,
    RequestDelay,
    RequestState,
    RequestTimerStep,
)
from partnerships.request_states import WITH_REQUESTER

# A house that has deleted its own figure: never without a deadline.
FALLBACK = RequestDelay(amount=1, unit=DelayUnit.WORKING_DAYS)


def delay_for(request: ConsultationRequest, day: date) -> RequestDelay:
    """What was in force on that day: the programme's own, else the house's."""
    rows = RequestDelay.objects.filter(
        Q(programme=request.programme_id) | Q(programme=None),
        state=request.state,
        urgency=request.urgency,
        since__lte=day,
    )
    return rows.order_by(F("programme").asc(nulls_last=True), "-since").first() or FALLBACK


def deadlines(request: ConsultationRequest, entered_at: datetime) -> dict[RequestTimerStep, datetime]:
    """The same time again for each step. While a visit or an answer is ahead the clock begins when it ends."""
    if request.state == RequestState.SEEN:
        first = entered_at + timedelta(days=request.programme.return_letter_days)
        return {
            RequestTimerStep.OWNER: first,
            RequestTimerStep.TRIAGE: first + timedelta(days=7),
            RequestTimerStep.COORDINATION: first + timedelta(days=14),
        }
    due = entered_at
    if request.state == RequestState.BOOKED and request.appointment is not None:
        due = max(due, request.appointment.end_at)
    if request.state == RequestState.INVITED:
        until = request.invitations.standing().values_list("expires_at", flat=True).first()
        due = max(due, until) if until else due
    delay = delay_for(request, clock.local(entered_at).date())
    found = {}
    for step in steps_of(request):
        due = later(due, delay.amount, delay.unit)
        found[step] = due
    return found


def steps_of(request: ConsultationRequest) -> list[RequestTimerStep]:
    """Who triages is an own step only where somebody else has to act."""
    if request.state in WITH_REQUESTER and request.written_by_id is not None:
        return list(RequestTimerStep)
    return [RequestTimerStep.OWNER, RequestTimerStep.COORDINATION]
