"""How the offer of a free time is written when it leaves: who, when, where, until when, link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments import ics, notifications
from appointments.models import SlotOffer
from appointments.notifications import recheck
from appointments.waiting import rule_of
from core import clock
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from patients.models import Proxy
from patients.models.proxy import Relation

TEMPLATES = "appointments/messages"


class Owner(NamedTuple):
    patient_id: int
    email: str
    phone: str


@dataclass(frozen=True)
class ToldOffer:
    """One offer as one person may read of it: nothing here says what it is for."""

    offer: SlotOffer
    relative: str
    is_last: bool

    @property
    def start_at(self) -> datetime:
        return self.offer.start_at

    @property
    def expires_at(self) -> datetime:
        return self.offer.expires_at

    @property
    def practitioner(self) -> str:
        return "" if self.offer.reason.is_sensitive else self.offer.practitioner.display_name

    @property
    def where(self) -> str:
        return ics.where(self.offer.held) if self.offer.held is not None else ""

    @property
    def before(self) -> datetime | None:
        """The time that is given up, or that cannot be kept."""
        held = self.offer.held
        return held.moving.start_at if held is not None and held.moving is not None else None

    @property
    def link(self) -> str:
        return public_address("offer", self.offer.token)


def load(messages: Sequence[OutboxMessage]) -> dict[int, ToldOffer]:
    """Two queries, however many messages of one house."""
    offers = _offers(messages)
    users = {message.recipient_id for message in messages if message.recipient_id}
    selves = set(
        Proxy.objects.in_force()
        .filter(user__in=users, relation=Relation.SELF)
        .values_list("user_id", "patient_id")
    )
    most = {offer.practitioner.centre_id: 0 for offer in offers.values()}
    most = {centre: rule_of(centre).most_notices for centre in most}
    return {
        message.pk: _told(message, offers[message.subject_id or 0], selves, most)
        for message in messages
        if message.subject_id in offers
    }


def _offers(messages: Sequence[OutboxMessage]) -> dict[int, SlotOffer]:
    return (
        SlotOffer.objects.select_related(
            "patient", "reason", "practitioner__centre", "request", "held__place", "held__moving"
        )
        .order_by()
        .in_bulk({message.subject_id for message in messages})
    )


def _told(
    message: OutboxMessage, offer: SlotOffer, selves: set[tuple[int, int]], most: Mapping[int, int]
) -> ToldOffer:
    is_own = message.recipient_id is None or (message.recipient_id, offer.patient_id) in selves
    request = offer.request
    return ToldOffer(
        offer=offer,
        relative="" if is_own else offer.patient.first_name,
        is_last=request is not None and request.notices >= most[offer.practitioner.centre_id],
    )


def addresses(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    """Where each goes today; one whose offer has ended meanwhile goes nowhere. Two queries for the batch."""
    offers = _offers(messages)
    contacts = recheck.contacts_of({offer.patient_id for offer in offers.values()})
    now = clock.now()
    found: dict[int, str] = {}
    for message in messages:
        offer = offers.get(message.subject_id or 0)
        if offer is None or not offer.is_waiting(now):
            continue
        patient = offer.patient
        if patient.deceased_on or patient.erased_at:
            continue
        owner = Owner(patient.pk, patient.email, str(patient.phone or ""))
        if address := recheck.address_today(message, owner, contacts):
            found[message.pk] = address
    return found


def render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    told: ToldOffer = loaded[messages[0].pk]
    centre = told.offer.practitioner.centre
    context = {"offer": told, "centre": centre, "portal": settings.PUBLIC_URL}
    if messages[0].channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/{template}", context)
    return rendering.email(f"{TEMPLATES}/{template}", context, reply_to=centre.email)


def _register(name: str, label: Promise, template: str) -> None:
    register(
        Kind(
            name=name,
            label=label,
            render=partial(render, template=template),
            addresses=addresses,
            load=load,
            quiet=Quiet.WAITS,
            # The link accepts: whoever has it answers for the patient.
            secret=True,
        )
    )


_register(notifications.OFFERED, _("créneau libéré proposé"), "offered")
_register(notifications.REPLACEMENT, _("heure de remplacement proposée"), "replacement")
