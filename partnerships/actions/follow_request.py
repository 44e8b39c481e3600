"""What happens to the visit moves the request on: booked, given back, missed, given. In the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from appointments.followers import add_follower
from appointments.models import Appointment, Status
from core import clock
from partnerships import notifications_invitations as notifications
from partnerships.actions.invite_to_choose import use_invitations
from partnerships.actions.request_step import locked, move_on
from partnerships.actions.transfer_request import transfer_with_visit
from partnerships.models import ConsultationRequest, ProgrammeReason, RequestState
from partnerships.models.request import ConsultationRequestQuerySet
from partnerships.request_delays import deadlines

WAITS = (RequestState.ACCEPTED, RequestState.INVITED)
# The patient is expected, or is here.
AHEAD = (Status.BOOKED, Status.ARRIVED, Status.IN_PROGRESS)
HAPPENED = (*AHEAD, Status.FULFILLED)


def follow_visit(visit: Appointment) -> None:
    """Called with every visit that is booked, moved, given back or changes its state; most are no business of ours."""
    if visit.patient_id is None or visit.accompanies_id is not None or not _is_of_a_programme(visit):
        return
    request = ConsultationRequest.objects.filter(appointment=visit).first()
    if request is not None:
        _follow_its_own(locked(request), visit)
    elif visit.status in HAPPENED:
        _adopt(visit)


def _is_of_a_programme(visit: Appointment) -> bool:
    """What is not booked by seats stands for no programme, and asks the database nothing."""
    if not visit.reason.is_seated:
        return False
    return ProgrammeReason.objects.filter(visit_reasons=visit.reason_id).exists()


def _follow_its_own(request: ConsultationRequest, visit: Appointment) -> None:
    if visit.status in HAPPENED and request.state == RequestState.BOOKED:
        transfer_with_visit(request, visit)
    if visit.status == Status.FULFILLED and request.state == RequestState.BOOKED:
        _note_seen(request, visit)
    elif visit.status in AHEAD and request.state == RequestState.SEEN:
        move_on(request, RequestState.BOOKED, by=None, verb="unseen")
    elif visit.status in AHEAD and request.state == RequestState.BOOKED:
        _postpone(request)
    elif visit.status == Status.NO_SHOW and request.state == RequestState.BOOKED:
        _wait_again(request, "missed")
        notifications.visit_missed(request, visit)
    elif visit.status == Status.CANCELLED and request.state == RequestState.BOOKED:
        _wait_again(request, "cancelled")
        notifications.seat_freed(request, visit)


def _adopt(visit: Appointment) -> None:
    """Booked by any way of the house for somebody who waits for this programme: he waits no longer."""
    programmes = ProgrammeReason.objects.filter(visit_reasons=visit.reason_id).values("programme")
    waiting = ConsultationRequest.objects.filter(
        patient=visit.patient_id, programme__in=programmes, state__in=WAITS
    )
    found = waiting.order_by("pk").first()
    request = locked(found) if found is not None else None
    if request is None or request.state not in WAITS:
        return
    request.appointment = visit
    move_on(request, RequestState.BOOKED, by=visit.booked_by, verb="booked")
    use_invitations(request, visit.pk)
    if visit.status == Status.FULFILLED:
        _note_seen(request, visit)


def _note_seen(request: ConsultationRequest, visit: Appointment) -> None:
    """The letter is due from the day of the visit on, whenever somebody says that it took place."""
    move_on(request, RequestState.SEEN, by=None, verb="seen", at=min(visit.end_at, clock.now()))


def _wait_again(request: ConsultationRequest, verb: str) -> None:
    """Back on the list; its age is what it was, since nothing touches the day on which it came in."""
    request.appointment = None
    move_on(request, RequestState.ACCEPTED, by=None, verb=verb)


def _postpone(request: ConsultationRequest) -> None:
    """The visit moved: whoever asks what became of it asks after its new end."""
    for step, due in deadlines(request, request.state_since).items():
        request.timers.running().filter(step=step).update(due_at=due)


def catch_up(now: datetime | None = None) -> int:
    """What changed without a word (an import, a hand in the database): found by the clock. How many requests moved."""
    moved = 0
    for key in list(_drifted(now or clock.now()).values_list("pk", flat=True)):
        moved += _catch_up(key)
    return moved


def _drifted(now: datetime) -> ConsultationRequestQuerySet:
    waits = Q(state__in=WAITS, patient__appointments__status__in=AHEAD)
    reasons = Q(
        patient__appointments__reason__in=ProgrammeReason.visit_reasons.through.objects.values("visitreason")
    )
    booked = Q(state=RequestState.BOOKED) & ~Q(appointment__status__in=AHEAD)
    undone = Q(state=RequestState.SEEN, appointment__status__in=AHEAD)
    rows = ConsultationRequest.objects.filter((waits & reasons) | booked | undone)
    return rows.order_by("pk").distinct()


@transaction.atomic
def _catch_up(key: int) -> bool:
    request = ConsultationRequest.objects.select_related("appointment__reason").get(pk=key)
    before = request.state
    visits = [request.appointment] if request.appointment else _coming(request)
    for visit in visits:
        follow_visit(visit)
    request.refresh_from_db(fields=["state"])
    return request.state != before


def _coming(request: ConsultationRequest) -> list[Appointment]:
    rows = Appointment.objects.filter(patient=request.patient_id, status__in=AHEAD)
    mine = request.programme.reasons.values("visit_reasons")
    return list(rows.filter(reason__in=mine).select_related("reason", "booked_by").order_by("start_at", "pk"))


add_follower(follow_visit)
