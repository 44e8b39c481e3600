"""One step of a request: the state, its owner, the line of its story, the clocks, the trail. All or nothing."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.audit.record import record
from partnerships.models import ConsultationRequest, RequestEvent, RequestState, RequestTimer
from partnerships.request_delays import deadlines
from partnerships.request_states import may_become, owner_of


def locked(request: ConsultationRequest) -> ConsultationRequest:
    """The row as it stands now, for this transaction alone."""
    rows = ConsultationRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme__triage_by", "written_by", "appointment", "patient").get(
        pk=request.pk
    )


def require(request: ConsultationRequest, state: str) -> None:
    if not may_become(request, state):
        raise AlreadyMovedOn(request)


def begin(request: ConsultationRequest, *, by: User | None, verb: str) -> RequestEvent:
    """A new row, a draft or already received: written with its first line and its first clocks."""
    request.owner = owner_of(request)
    if request.state == RequestState.RECEIVED:
        request.received_at = request.received_at or clock.now()
    request.save(force_insert=True)
    return _note(request, "", by=by, verb=verb, note="", at=request.state_since)


def move_on(
    request: ConsultationRequest,
    state: RequestState,
    *,
    by: User | None,
    verb: str,
    note: str = "",
    at: datetime | None = None,
) -> RequestEvent:
    """`by` None: the house itself, or somebody without account. `at`: when it was, if not now.

    What else changes with the state (priority, visit, consent …) is set on the row beforehand: all of it is saved.
    """
    at = at or clock.now()
    before = request.state
    require(request, state)
    request.state, request.state_since, request.escalated_at = state, at, None
    if state == RequestState.RECEIVED and request.received_at is None:
        request.received_at = at
    request.owner = owner_of(request)
    request.save()
    return _note(request, before, by=by, verb=verb, note=note, at=at)


def _note(
    request: ConsultationRequest, before: str, *, by: User | None, verb: str, note: str, at: datetime
) -> RequestEvent:
    event = RequestEvent.objects.create(
        request=request, at=at, by=by, from_state=before, to_state=request.state, verb=verb, note=note
    )
    request.timers.running().update(stopped_at=at)
    if request.is_open:
        RequestTimer.objects.bulk_create(
            RequestTimer(request=request, event=event, step=step, due_at=due)
            for step, due in deadlines(request, at).items()
        )
    record(
        by,
        f"request.{verb}",
        request,
        patient_id=request.patient_id,
        before=before,
        after=str(request.state),
    )
    return event
