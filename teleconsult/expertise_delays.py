"""Until when each step of a request for an opinion has time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from coordination.models import Urgency
from coordination.referral_delays import later
from core import clock
from teleconsult.expertise_states import PURPOSES
from teleconsult.models import (
    AWAITED,
    DelayFor,
    ExpertiseDelay,
    ExpertiseDelayUnit,
    ExpertiseRequest,
    ExpertiseTimerStep,
)

# A house that has deleted its own figure: never without a deadline.
FALLBACK = ExpertiseDelay(amount=1, unit=ExpertiseDelayUnit.WORKING_DAYS)


def delay_for(purpose: DelayFor, urgency: str, day: date) -> ExpertiseDelay:
    """What was in force on that day."""
    rows = ExpertiseDelay.objects.filter(purpose=purpose, urgency=urgency, since__lte=day)
    return rows.order_by("-since").first() or FALLBACK


def answer_delays(day: date) -> dict[str, ExpertiseDelay]:
    """Of each urgency, for the form: one query."""
    rows = ExpertiseDelay.objects.filter(purpose=DelayFor.ANSWER, since__lte=day).order_by("since")
    return dict.fromkeys(Urgency.values, FALLBACK) | {row.urgency: row for row in rows}


def later_by(start: datetime, delay: ExpertiseDelay) -> datetime:
    if delay.unit == ExpertiseDelayUnit.CALENDAR_DAYS:
        local = clock.local(start)
        return clock.at(local.date() + timedelta(days=delay.amount), local.time())
    return later(start, delay.amount, delay.unit)


def answer_due(request: ExpertiseRequest, start: datetime) -> datetime:
    return later_by(start, delay_for(DelayFor.ANSWER, request.urgency, clock.local(start).date()))


def deadlines(request: ExpertiseRequest, entered_at: datetime) -> dict[ExpertiseTimerStep, datetime]:
    """While an answer is awaited: the deadline of the request, and a word at half of what is left of it.

    Elsewhere the owner is reminded after the delay, and after the same time again the coordination has it.
    """
    if request.state in AWAITED:
        due = request.answer_due_at
        assert due is not None, "the database wants a deadline for what is awaited"
        half = entered_at + (due - entered_at) / 2
        reminder = {ExpertiseTimerStep.REMINDER: half} if due > entered_at else {}
        return {**reminder, ExpertiseTimerStep.DEADLINE: due}
    delay = delay_for(PURPOSES[request.state], request.urgency, clock.local(entered_at).date())
    first = later_by(entered_at, delay)
    return {ExpertiseTimerStep.REMINDER: first, ExpertiseTimerStep.DEADLINE: later_by(first, delay)}
