"""Instead of an opinion, or after it: a teleconsultation or a visit soon, which the house books."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.models import ACTIVE_STATES, Appointment
from coordination.actions.add_task import add_task
from coordination.actions.settle_task import AlreadySettled, finish_task
from core import clock
from core.refusal import Refusal
from teleconsult import notifications_expertise as notifications
from teleconsult.actions.expertise_step import locked, move_on, require
from teleconsult.expertise_delays import delay_for, later_by
from teleconsult.expertise_states import follower_of
from teleconsult.models import (
    Conversion,
    DelayFor,
    ExpertiseEvent,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
)


def convert_expertise(
    request: ExpertiseRequest, conversion: Conversion, note: str, *, actor: User
) -> ExpertiseRequest:
    """By the expert, or by who asked after a refusal: the desk has it from now on, with a day by which to book."""
    with transaction.atomic():
        request = locked(request)
        require(request, ExpertiseState.CONVERTED)
        event = to_a_visit(request, conversion, by=actor, verb="converted", note=note.strip())
        if request.written_by_id != actor.pk:
            notifications.tell_requester(request, event)
    return request


def to_a_visit(
    request: ExpertiseRequest, conversion: Conversion, *, by: User | None, verb: str, note: str = ""
) -> ExpertiseEvent:
    """The row is locked by the caller. The task says whom and by when, not what for."""
    follower = follower_of(request)
    delay = delay_for(DelayFor.BOOK, request.urgency, clock.today())
    words = {
        Conversion.VIDEO: _("Prendre un rendez-vous en vidéo"),
        Conversion.PRIORITY: _("Prendre un rendez-vous prioritaire"),
    }
    request.task = add_task(
        by,
        words[conversion],
        owner=follower,
        due_on=clock.local(later_by(clock.now(), delay)).date(),
        patient=request.patient,
        source=request,
        is_clinical=False,
    )
    request.conversion = conversion
    if conversion == Conversion.PRIORITY:
        request.level = ExpertiseLevel.APPOINTMENT
    return move_on(request, ExpertiseState.CONVERTED, by=by, verb=verb, note=note)


def settle_expertise(
    request: ExpertiseRequest, *, actor: User | None, appointment: Appointment | None = None
) -> ExpertiseRequest:
    """The visit is booked: the request has ended, and the task with it."""
    with transaction.atomic():
        request = locked(request)
        if request.state != ExpertiseState.CONVERTED:
            raise Refusal(_("Aucun rendez-vous n’est à prendre pour cette demande."))
        request.appointment = appointment
        event = move_on(request, ExpertiseState.CLOSED, by=actor, verb="booked")
        if request.task is not None and request.task.is_open:
            # Abandoned meanwhile: the visit is booked all the same.
            with suppress(AlreadySettled):
                finish_task(request.task, actor=actor or request.task.owner)
        notifications.tell_requester(request, event)
    return request


def settle_booked() -> int:
    """What was booked since with somebody who was asked: noticed by itself, whoever booked it and wherever."""
    waiting = ExpertiseRequest.objects.filter(state=ExpertiseState.CONVERTED).order_by("pk")
    return sum(_settle_if_booked(one) for one in waiting.select_related("pool"))


def _settle_if_booked(request: ExpertiseRequest) -> bool:
    experts = [key for key in (request.holder_id, request.target_id) if key is not None]
    if request.pool is not None:
        experts += request.pool.members.values_list("practitioner", flat=True)
    visits = Appointment.objects.filter(
        patient=request.patient_id,
        practitioner__in=experts,
        status__in=ACTIVE_STATES,
        booked_at__gte=request.state_since,
    )
    visit = visits.order_by("start_at", "pk").first()
    if visit is None:
        return False
    settle_expertise(request, actor=None, appointment=visit)
    return True
