"""One step of a request for an opinion: the state, its owner, the line of its story, the clocks, the trail."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.audit.record import record
from teleconsult.expertise_delays import answer_due, deadlines
from teleconsult.expertise_states import may_become, owner_of
from teleconsult.models import (
    AWAITED,
    ExpertiseEvent,
    ExpertiseRequest,
    ExpertiseState,
    ExpertiseTimer,
)


def locked(request: ExpertiseRequest) -> ExpertiseRequest:
    """The row as it stands now, for this transaction alone."""
    rows = ExpertiseRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.with_people().select_related("target__user", "holder__user").get(pk=request.pk)


def require(request: ExpertiseRequest, state: str) -> None:
    if not may_become(request, state):
        raise AlreadyMovedOn(request)


def begin(request: ExpertiseRequest, *, by: User) -> ExpertiseEvent:
    """A new draft, with its first line and its first clocks."""
    request.owner = owner_of(request)
    request.save(force_insert=True)
    return _note(request, "", by=by, verb="written", note="", at=request.state_since)


def move_on(
    request: ExpertiseRequest,
    state: ExpertiseState,
    *,
    by: User | None,
    verb: str,
    note: str = "",
    at: datetime | None = None,
) -> ExpertiseEvent:
    """`by` None: the house itself. The same state again starts its clocks anew. `at`: when it was, if not now.

    What else changes with the state (expert, level, conversion …) is set on the row beforehand: all of it is saved.
    """
    at = at or clock.now()
    before, since = request.state, request.state_since
    if state != before:
        require(request, state)
    request.state, request.state_since, request.escalated_at = state, at, None
    if state == ExpertiseState.SENT:
        request.holder = None
        if before in (ExpertiseState.DRAFT, ExpertiseState.DECLINED):
            request.sent_at = at
    if state == ExpertiseState.DECLINED:
        request.holder = None
    if state == ExpertiseState.CLAIMED and before == ExpertiseState.ASKED and request.answer_due_at:
        # The time that the answer to a question took is not the expert's.
        request.answer_due_at += at - since
    if state in AWAITED and request.answer_due_at is None:
        request.answer_due_at = answer_due(request, at)
    request.owner = owner_of(request)
    request.save()
    return _note(request, before, by=by, verb=verb, note=note, at=at)


def note_beside(request: ExpertiseRequest, *, by: User, verb: str, note: str = "") -> ExpertiseEvent:
    """A line of the story that changes nothing of the state; its clocks go on."""
    event = ExpertiseEvent.objects.create(
        request=request, by=by, from_state=request.state, to_state=request.state, verb=verb, note=note
    )
    record(by, f"expertise.{verb}", request, patient_id=request.patient_id)
    return event


def _note(
    request: ExpertiseRequest, before: str, *, by: User | None, verb: str, note: str, at: datetime
) -> ExpertiseEvent:
    event = ExpertiseEvent.objects.create(
        request=request, at=at, by=by, from_state=before, to_state=request.state, verb=verb, note=note
    )
    request.timers.running().update(stopped_at=at)
    if request.is_open:
        ExpertiseTimer.objects.bulk_create(
            ExpertiseTimer(request=request, event=event, step=step, due_at=due)
            for step, due in deadlines(request, at).items()
        )
    record(
        by,
        f"expertise.{verb}",
        request,
        patient_id=request.patient_id,
        before=before,
        after=str(request.state),
    )
    return event
