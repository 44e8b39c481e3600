"""A patient is invited to choose his seat; the invitation is taken back, reminded of, or runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.notifications.people import people_of
from coordination.actions.story_step import AlreadyMovedOn
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from partnerships import notifications_invitations as notifications
from partnerships.actions.request_step import locked, move_on
from partnerships.models import (
    ConsultationRequest,
    InvitationEnd,
    ReasonKind,
    RequestInvitation,
    RequestState,
)
from partnerships.models.request_invitation import OPEN_IN
from partnerships.request_slots import free_seats
from patients.actions.note_contact import require_living

VALID_FOR = timedelta(days=7)


class NoAddress(Refusal):
    def __init__(self, request: ConsultationRequest) -> None:
        super().__init__(
            _("%(patient)s n’a ni adresse e-mail ni mobile : appelez, puis réservez par téléphone.")
            % {"patient": request.patient}
        )


class NothingFree(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Aucune place n’est libre dans les séances à venir : ajoutez une séance avant d’inviter.")
        )


class AlreadyInvited(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une invitation est déjà en cours pour cette demande."))


def held(request: ConsultationRequest) -> ConsultationRequest:
    """The row as it stands, after its patient's lock: the order of every booking. The caller is in a transaction."""
    lock("patient", request.patient_id or 0)
    return locked(request)


@transaction.atomic
def invite_to_choose(
    request: ConsultationRequest,
    *,
    actor: User,
    valid_for: timedelta = VALID_FOR,
    kind: ReasonKind = ReasonKind.FIRST,
) -> RequestInvitation:
    """From the list to « invité »; for a follow-up the request stays where it is.

    Raises `AlreadyMovedOn`, `AlreadyInvited`, `NoAddress`, `NothingFree`; nothing has changed then.
    """
    request = held(request)
    _may_be_invited(request, kind)
    assert request.patient is not None
    require_living(request.patient.pk)
    if not any(person.channels for person in people_of(request.patient)):
        raise NoAddress(request)
    if not free_seats(request, kind):
        raise NothingFree
    now = clock.now()
    invitation = RequestInvitation.objects.create(
        request=request,
        kind=kind,
        sent_at=now,
        sent_by=actor,
        remind_at=now + valid_for / 2,
        expires_at=now + valid_for,
    )
    if kind == ReasonKind.FIRST:
        move_on(request, RequestState.INVITED, by=actor, verb="invited")
    else:
        record(actor, "request.follow_up_invited", request, patient_id=request.patient_id)
    notifications.invited(invitation)
    return invitation


def _may_be_invited(request: ConsultationRequest, kind: ReasonKind) -> None:
    if request.invitations.standing().exists():
        raise AlreadyInvited
    allowed = (RequestState.ACCEPTED,) if kind == ReasonKind.FIRST else OPEN_IN[kind]
    if request.state not in allowed:
        raise AlreadyMovedOn(request)


@transaction.atomic
def revoke_invitation(invitation: RequestInvitation, *, actor: User | None) -> None:
    """The link opens nothing any more; the request waits again. Once, even if asked twice."""
    request = held(invitation.request)
    if _end(invitation, InvitationEnd.REVOKED) and request.state == RequestState.INVITED:
        move_on(request, RequestState.ACCEPTED, by=actor, verb="uninvited")


@transaction.atomic
def expire_invitation(invitation: RequestInvitation, now: datetime) -> bool:
    """Nobody answered: the request is back on the list, its age untouched, and who triages is told."""
    request = held(invitation.request)
    if invitation.expires_at > now or not _end(invitation, InvitationEnd.EXPIRED):
        return False
    if request.state == RequestState.INVITED:
        move_on(request, RequestState.ACCEPTED, by=None, verb="expired")
    notifications.invitation_expired(invitation)
    return True


@transaction.atomic
def remind_of_invitation(invitation: RequestInvitation, now: datetime) -> bool:
    """Once, when half of the time has passed."""
    request = held(invitation.request)
    rows = RequestInvitation.objects.to_remind(now).filter(pk=invitation.pk)
    invitation.request = request
    if not invitation.is_open(now) or not rows.update(reminded_at=now):
        return False
    notifications.invitation_reminder(invitation)
    return True


def use_invitations(request: ConsultationRequest, appointment_id: int | None) -> None:
    """Booked, by the link or on the telephone: the link has served. The request is locked."""
    ended = {"outcome": InvitationEnd.USED, "ended_at": clock.now(), "appointment": appointment_id}
    request.invitations.standing().update(**ended)


def _end(invitation: RequestInvitation, outcome: InvitationEnd) -> bool:
    rows = RequestInvitation.objects.standing().filter(pk=invitation.pk)
    return bool(rows.update(outcome=outcome, ended_at=clock.now()))
