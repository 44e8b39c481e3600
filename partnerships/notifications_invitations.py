"""The messages about seats: to the patient who, until when and a link; to who triages that something waits for him.

Neither what the consultation is for nor with whom: both would tell the illness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.notifications import email_to
from appointments.models import Appointment
from appointments.notifications import recheck
from appointments.notifications.people import Addressee, people_of
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from partnerships.invitation_links import invitation_link
from partnerships.models import (
    ConsultationRequest,
    ConsultationSession,
    ReasonKind,
    RequestInvitation,
    RequestState,
)
from patients.models import Proxy
from patients.models.proxy import Relation
from practitioners.house import the_house
from practitioners.models import Centre

TEMPLATES = "partnerships/messages"
INVITED = "request.invited"
REMINDED = "request.invite_reminder"
EXPIRED = "request.invite_expired"
MISSED = "request.visit_missed"
FREED = "request.seat_freed"


class Owner(NamedTuple):
    patient_id: int
    email: str
    phone: str


@dataclass(frozen=True)
class ToldInvitation:
    invitation: RequestInvitation
    relative: str

    @property
    def expires_at(self) -> datetime:
        return self.invitation.expires_at

    @property
    def link(self) -> str:
        return invitation_link(self.invitation)

    @property
    def centre(self) -> Centre:
        return self.invitation.request.programme.place.centre


def invited(invitation: RequestInvitation) -> None:
    """By every means that the person has chosen."""
    people = people_of(invitation.request.patient) if invitation.request.patient else []
    enqueue([_to(invitation, INVITED, one, channel) for one in people for channel in one.channels])


def invitation_reminder(invitation: RequestInvitation) -> None:
    """By one means: the telephone in the pocket, else e-mail."""
    people = people_of(invitation.request.patient) if invitation.request.patient else []
    found = [(one, one.channel_for_reminder(email_only=False)) for one in people]
    enqueue([_to(invitation, REMINDED, one, channel) for one, channel in found if channel])


def _to(invitation: RequestInvitation, kind: str, person: Addressee, channel: Channel) -> OutboxMessage:
    return OutboxMessage(
        dedupe_key=f"{kind}:{invitation.pk}:{person.label}:{channel}",
        kind=kind,
        channel=channel,
        recipient_id=person.user_id,
        address=person.address(channel),
        language=person.language,
        expires_at=invitation.expires_at,
        **about(invitation),
    )


def invitation_expired(invitation: RequestInvitation) -> None:
    is_follow_up = invitation.kind == ReasonKind.FOLLOW_UP
    _tell_triage(EXPIRED, invitation.request, str(invitation.pk), {"follow_up": is_follow_up})


def visit_missed(request: ConsultationRequest, visit: Appointment) -> None:
    """The patient did not come: who triages decides what is next."""
    _tell_triage(MISSED, request, f"{visit.pk}:{visit.sequence}", {"start": visit.start_at.isoformat()})


def seat_freed(request: ConsultationRequest, visit: Appointment) -> None:
    """The next one of the list may have it: only where the session still takes place and somebody waits."""
    if visit.start_at <= clock.now() or not _stands(visit):
        return
    waiting = ConsultationRequest.objects.filter(programme=request.programme_id, state=RequestState.ACCEPTED)
    if waiting.exclude(pk=request.pk).exists():
        start = visit.start_at.isoformat()
        _tell_triage(FREED, request, f"{visit.pk}:{visit.sequence}", {"start": start}, visit.start_at)


def _stands(visit: Appointment) -> bool:
    sessions = ConsultationSession.objects.standing().filter(practitioner=visit.practitioner_id)
    return sessions.filter(start_at__lte=visit.start_at, end_at__gt=visit.start_at).exists()


def _tell_triage(
    kind: str,
    request: ConsultationRequest,
    key: str,
    payload: Mapping[str, Any],
    expires_at: datetime | None = None,
) -> None:
    user = request.programme.triage_by
    if not user.email or not user.is_active:
        return
    message = email_to(
        user,
        kind,
        request,
        f"{request.pk}:{key}:{user.pk}",
        {**payload, "programme": request.programme_id},
        expires_at=expires_at,
    )
    enqueue([message])


def load(messages: Sequence[OutboxMessage]) -> Loaded:
    """Two queries for the batch."""
    invitations = _invitations(messages)
    users = {message.recipient_id for message in messages if message.recipient_id}
    selves = set(
        Proxy.objects.in_force()
        .filter(user__in=users, relation=Relation.SELF)
        .values_list("user_id", "patient_id")
    )
    found = {}
    for message in messages:
        invitation = invitations[message.subject_id or 0]
        patient = invitation.request.patient
        own = message.recipient_id is None or (message.recipient_id, invitation.request.patient_id) in selves
        found[message.pk] = ToldInvitation(invitation, "" if own or patient is None else patient.first_name)
    return found


def _invitations(messages: Sequence[OutboxMessage]) -> dict[int, RequestInvitation]:
    rows = RequestInvitation.objects.select_related("request__patient", "request__programme__place__centre")
    return rows.order_by().in_bulk({message.subject_id for message in messages})


def addresses(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    """Where each goes today; one whose invitation has ended meanwhile goes nowhere."""
    invitations, now = _invitations(messages), clock.now()
    patients = {one.request.patient_id for one in invitations.values() if one.request.patient_id}
    contacts = recheck.contacts_of(patients)
    found: dict[int, str] = {}
    for message in messages:
        invitation = invitations.get(message.subject_id or 0)
        patient = invitation.request.patient if invitation else None
        if invitation is None or patient is None or not invitation.is_open(now):
            continue
        if patient.deceased_on or patient.erased_at:
            continue
        owner = Owner(patient.pk, patient.email, str(patient.phone or ""))
        if address := recheck.address_today(message, owner, contacts):
            found[message.pk] = address
    return found


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, again: bool) -> Rendered:
    told: ToldInvitation = loaded[messages[0].pk]
    context = {"invitation": told, "centre": told.centre, "again": again}
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/invited", context)
    return rendering.email(f"{TEMPLATES}/invited", context, reply_to=told.centre.email)


def _render_for_triage(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    payload = dict(messages[0].payload)
    is_follow_up = payload.get("follow_up", False)
    if is_follow_up:
        link = public_address("consultation_request", messages[0].subject_id)
    else:
        link = public_address("programme_waiting_list", payload["programme"])
    start = payload.get("start")
    context = {
        "link": link,
        "start": datetime.fromisoformat(start) if start else None,
        "is_follow_up": is_follow_up,
        "centre": the_house().centre,
    }
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _register(name: str, label: str | Promise, *, again: bool) -> None:
    register(
        Kind(
            name=name,
            label=label,
            render=partial(_render, again=again),
            addresses=addresses,
            load=load,
            quiet=Quiet.WAITS,
            # The link books: whoever has it answers for the patient.
            secret=True,
        )
    )


_register(INVITED, _("invitation à choisir un rendez-vous"), again=False)
_register(REMINDED, _("rappel d’une invitation à choisir"), again=True)
for _name, _label, _template in (
    (EXPIRED, _("invitation restée sans réponse"), "invitation_expired"),
    (MISSED, _("rendez-vous manqué"), "visit_missed"),
    (FREED, _("place libre dans une séance"), "seat_freed"),
):
    register(Kind(name=_name, label=_label, render=partial(_render_for_triage, template=_template)))
