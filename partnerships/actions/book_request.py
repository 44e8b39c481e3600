"""A request gets its visit: chosen by the patient from the link, or booked on the telephone. One way in for both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor
from accounts.models import User
from appointments.actions.book import NotEligible, book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.hold import SlotTaken, hold
from appointments.eligibility import desk_warning
from appointments.models import Appointment, Origin, VisitReason
from appointments.seating import Seeker
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.db import lock
from core.refusal import Refusal
from partnerships.actions.invite_to_choose import held as held_request
from partnerships.actions.invite_to_choose import use_invitations
from partnerships.models import (
    ConsultationRequest,
    ConsultationSession,
    ReasonKind,
    RequestInvitation,
    RequestState,
)
from partnerships.models.request_invitation import OPEN_IN
from partnerships.request_slots import SESSIONS, session_at


class InvitationOver(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette invitation n’est plus valable. Appelez le secrétariat : une solution existe.")
        )


def choose_seat(
    invitation: RequestInvitation, reason: VisitReason, start_at: datetime, *, actor: Visitor
) -> Appointment:
    """The patient takes a free seat. `actor` may be a visitor: the link was sent to the patient's own address.

    Pressing twice answers the same visit. Raises `InvitationOver`, `SlotTaken` and what `book` raises.
    """
    with transaction.atomic():
        # The order of every booking: the agenda, the patient, then the rows.
        lock("agenda", reason.practitioner_id, shared=True)
        request = held_request(invitation.request)
        invitation = RequestInvitation.objects.select_for_update(of=("self",), no_key=True).get(
            pk=invitation.pk
        )
        invitation.request = request
        if invitation.appointment is not None and invitation.appointment.start_at == start_at:
            return invitation.appointment
        if not invitation.is_open(clock.now()):
            raise InvitationOver
        _session(request, reason, start_at)
        assert request.patient is not None
        seeker = Seeker(request.patient_id, actor.pk)
        held = hold(reason, start_at, holder=invitation.holder, audiences=SESSIONS, seeker=seeker)
        visit = book(held, holder=invitation.holder, patient=request.patient, actor=actor)
        use_invitations(request, visit.pk)
    return visit


def book_by_telephone(
    request: ConsultationRequest,
    reason: VisitReason,
    start_at: datetime,
    *,
    actor: User,
    kind: ReasonKind = ReasonKind.FIRST,
) -> Appointment:
    """By the desk or the coordinator, for a request that waits or is invited, or for a follow-up.

    Raises `AlreadyMovedOn`, `SlotTaken` and what `book_at_desk` raises.
    """
    with transaction.atomic():
        lock("agenda", reason.practitioner_id, shared=True)
        request = held_request(request)
        if not is_bookable(request, kind):
            raise AlreadyMovedOn(request)
        session = _session(request, reason, start_at)
        assert request.patient is not None
        assert session.opening is not None
        if warning := desk_warning(reason, request.patient, start_at, clock.now()):
            raise NotEligible(warning)
        visit = book_at_desk(
            reason,
            start_at,
            request.patient,
            actor=actor,
            place=session.opening.place,
            room=session.opening.room,
            origin=Origin.PHONE,
        )
        use_invitations(request, visit.pk)
    return visit


def is_bookable(request: ConsultationRequest, kind: ReasonKind) -> bool:
    waits = (RequestState.ACCEPTED, RequestState.INVITED)
    return request.state in (waits if kind == ReasonKind.FIRST else OPEN_IN[kind])


def _session(request: ConsultationRequest, reason: VisitReason, start_at: datetime) -> ConsultationSession:
    """A request opens the sessions of its own programme, and no other time of the same professional."""
    session = session_at(request.programme, reason.practitioner_id, start_at)
    is_its_own = request.programme.reasons.filter(visit_reasons=reason.pk).exists()
    if session is None or not is_its_own or session.end_at < start_at + reason.duration:
        raise SlotTaken
    return session
