"""The messages about visits by video: a link anew, a link for somebody more. Who, when, where, link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from appointments.notifications import recheck
from appointments.notifications.people import people_of
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from patients.models import Patient
from practitioners.models import Centre
from teleconsult.models import Participant, ThirdInvitation
from teleconsult.video_links import link_of

TEMPLATES = "teleconsult/messages"
RENEWED = "video.link_renewed"
INVITED = "video.third_invited"


class Reached(NamedTuple):
    patient_id: int
    email: str
    phone: str


@dataclass(frozen=True)
class Told:
    participant: Participant

    @property
    def start_at(self) -> datetime:
        return self.participant.visit.appointment.start_at

    @property
    def opens_at(self) -> datetime:
        return self.participant.visit.opens_at

    @property
    def link(self) -> str:
        return link_of(self.participant)

    @property
    def centre(self) -> Centre:
        return self.participant.visit.appointment.practitioner.centre


def link_renewed(participant: Participant) -> int:
    """To the patient's people, by every means that they have chosen; to a third by the way of his invitation."""
    invitation = ThirdInvitation.objects.filter(participant=participant).first()
    if invitation is not None:
        return third_invited(invitation)
    patient = participant.visit.appointment.patient
    rows = [
        _message(
            RENEWED,
            participant,
            f"{one.label}:{channel}",
            channel,
            one.address(channel),
            one.language,
            one.user_id,
        )
        for one in (people_of(patient) if patient is not None else [])
        for channel in one.channels
    ]
    enqueue(rows)
    return len(rows)


def third_invited(invitation: ThirdInvitation) -> int:
    """By e-mail or SMS; where neither is known the professional reads the link aloud."""
    channel = Channel.EMAIL if invitation.email else Channel.SMS
    address = invitation.email or invitation.phone
    if not address:
        return 0
    enqueue([_message(INVITED, invitation.participant, str(channel), channel, address)])
    return 1


def _message(
    kind: str,
    participant: Participant,
    key: str,
    channel: Channel,
    address: str,
    language: str = "fr",
    user_id: int | None = None,
) -> OutboxMessage:
    return OutboxMessage(
        dedupe_key=f"{kind}:{participant.pk}.{participant.token_version}:{key}",
        kind=kind,
        channel=channel,
        recipient_id=user_id,
        address=address,
        language=language,
        payload={"version": participant.token_version},
        due_at=clock.now(),
        expires_at=participant.visit.closes_at,
        **about(participant),
    )


def load(messages: Sequence[OutboxMessage]) -> Loaded:
    """One query for the batch."""
    people = _people(messages)
    return {one.pk: Told(people[one.subject_id or 0]) for one in messages}


def _people(messages: Sequence[OutboxMessage]) -> dict[int, Participant]:
    return Participant.objects.with_visit().order_by().in_bulk({one.subject_id for one in messages})


def addresses(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    """A link that was replaced meanwhile, or a visit that is over, is not sent."""
    people, now = _people(messages), clock.now()
    standing = {
        message.pk: one
        for message in messages
        if (one := people.get(message.subject_id or 0)) is not None
        and one.token_version == message.payload.get("version")
        and one.visit.is_open
        and now < one.visit.closes_at
    }
    patients = {one.pk: one.visit.appointment.patient for one in standing.values()}
    contacts = recheck.contacts_of({patient.pk for patient in patients.values() if patient is not None})
    found = {}
    for message in messages:
        if message.pk in standing:
            patient = patients[standing[message.pk].pk]
            found[message.pk] = _address(message, patient, contacts)
    return {key: address for key, address in found.items() if address}


def _address(message: OutboxMessage, patient: Patient | None, contacts: recheck.Contacts) -> str:
    if message.kind == INVITED or patient is None:
        return message.address
    if patient.deceased_on or patient.erased_at:
        return ""
    reached = Reached(patient.pk, patient.email, str(patient.phone or ""))
    return recheck.address_today(message, reached, contacts)


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    told: Told = loaded[messages[0].pk]
    context = {"told": told, "centre": told.centre}
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    return rendering.email(f"{TEMPLATES}/{template}", context, reply_to=told.centre.email)


for _name, _label, _template in (
    (RENEWED, _("nouveau lien pour un rendez-vous en vidéo"), "video_link"),
    (INVITED, _("invitation à un rendez-vous en vidéo"), "video_third"),
):
    register(
        Kind(
            name=_name,
            label=_label,
            render=partial(_render, template=_template),
            addresses=addresses,
            load=load,
            # Whoever holds the link knocks at the door of this visit.
            secret=True,
        )
    )
