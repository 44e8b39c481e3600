"""The messages about requests: who, when, link. Neither the programme nor the partner: their names tell the illness."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.story_messages import coordinators, keys_of, still_true, tell_accounts, tell_people_of
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from partnerships.models import (
    ConsultationRequest,
    IntakeLink,
    RequestEvent,
    RequestOrigin,
    RequestTimer,
)
from partnerships.request_links import follow_address, intake_address
from partnerships.request_messages import PLAIN, WORDS
from practitioners.house import the_house

TEMPLATES = "partnerships/messages"


def tell_triage(request: ConsultationRequest, event: RequestEvent) -> None:
    to = request.programme.triage_by_id
    if to != event.by_id:
        _to_users([to], request, event.verb, str(event.pk))


def tell_requester(request: ConsultationRequest, event: RequestEvent) -> None:
    """In his space where he has an account, by e-mail where he has none; the patient himself is told as a patient."""
    if request.origin == RequestOrigin.HOUSE:
        if request.requester is not None and request.requester.user_id not in (None, event.by_id):
            _to_users([request.requester.user_id], request, event.verb, str(event.pk))
        return
    email = _address_outside(request)
    if email:
        _without_account(request, event, email)


def tell_patient(request: ConsultationRequest, event: RequestEvent) -> None:
    if request.patient is None:
        return
    payload = {
        "verb": event.verb,
        "name": request.patient.display_name,
        "requester": request.requester.display_name if request.requester is not None else "",
    }
    tell_people_of(request.patient, TO_PATIENT.name, request, str(event.pk), payload)


def send_link(link: IntakeLink) -> None:
    """To one correspondent: the address by which he writes."""
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{INTAKE_LINK.name}:{link.pk}",
                kind=INTAKE_LINK.name,
                channel=Channel.EMAIL,
                address=link.email,
                language="fr",
                payload={},
                **about(link),
            )
        ]
    )


def remind(request: ConsultationRequest, timer: RequestTimer) -> None:
    """Who has it; where he has left, the coordinators at once."""
    owner = request.owner
    users = [owner.pk] if owner is not None and owner.is_active else coordinators()
    _to_users(users, request, "reminder", f"t{timer.pk}", state=request.state)


def warn(request: ConsultationRequest, timer: RequestTimer) -> None:
    _to_users([request.programme.triage_by_id], request, "warning", f"t{timer.pk}", state=request.state)


def escalate(request: ConsultationRequest, timer: RequestTimer) -> None:
    _to_users(coordinators(), request, "escalated", f"t{timer.pk}", state=request.state)


def _address_outside(request: ConsultationRequest) -> str:
    sender = getattr(request, "sender", None)
    if sender is not None:
        return str(sender.email)
    identity = getattr(request, "identity", None)
    return str(identity.email) if identity is not None else ""


def _to_users(
    users: Collection[int | None], request: ConsultationRequest, verb: str, key: str, **payload: Any
) -> None:
    tell_accounts(users, TO_STAFF.name, request, verb, key, **payload)


def _without_account(request: ConsultationRequest, event: RequestEvent, email: str) -> None:
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{TO_OUTSIDE.name}:{request.pk}:{event.pk}",
                kind=TO_OUTSIDE.name,
                channel=Channel.EMAIL,
                address=email,
                language="fr",
                payload={"verb": event.verb},
                **about(request),
            )
        ]
    )


def _load(messages: Sequence[OutboxMessage]) -> dict[int, ConsultationRequest]:
    return ConsultationRequest.objects.in_bulk(keys_of(messages))


def _still_true(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    return still_true(messages, _load(messages))


def _page(title: Any, sentence: Any, link: str) -> Rendered:
    centre = the_house().centre
    context = {"title": title, "sentence": sentence, "link": link, "centre": centre}
    return rendering.email(f"{TEMPLATES}/request", context)


def _to_staff(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    title, sentence = WORDS[messages[0].payload["verb"]]
    return _page(title, sentence, public_address("consultation_request", messages[0].subject_id))


def _to_outside(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    title, sentence = PLAIN[messages[0].payload["verb"]]
    request = loaded.get(messages[0].subject_id or 0)
    assert isinstance(request, ConsultationRequest)
    return _page(title, sentence, follow_address(request))


def _load_links(messages: Sequence[OutboxMessage]) -> dict[int, IntakeLink]:
    return IntakeLink.objects.in_bulk(
        {message.subject_id for message in messages if message.subject_id is not None}
    )


def _still_open(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    known = _load_links(messages)
    return {
        message.pk: message.address
        for message in messages
        if (link := known.get(message.subject_id or 0)) is not None and link.is_open
    }


def _the_link(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    link = loaded.get(messages[0].subject_id or 0)
    assert isinstance(link, IntakeLink)
    sentence = _("Par ce lien vous nous adressez vos patients. Il est à vous : ne le transmettez pas.")
    return _page(_("Votre lien pour nous adresser un patient"), sentence, intake_address(link))


def _to_the_patient(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    message = messages[0]
    title, sentence = PLAIN[message.payload["verb"]]
    if message.payload["verb"] == "sent" and message.payload["requester"]:
        title = _("Une demande est faite pour vous")
        sentence = _("%(requester)s a fait une demande de rendez-vous pour %(name)s.") % message.payload
    context = {
        "title": title,
        "sentence": sentence,
        "link": public_address("my_consultation_requests"),
        "centre": the_house().centre,
    }
    if message.channel == Channel.SMS:
        return rendering.sms(f"{TEMPLATES}/request", context)
    return rendering.email(f"{TEMPLATES}/request", context)


TO_STAFF = register(
    Kind(
        name="request.staff",
        label=_("demande : étape pour qui travaille ici"),
        render=_to_staff,
        addresses=_still_true,
    )
)
TO_PATIENT = register(
    Kind(
        name="request.patient",
        label=_("demande : ce que le patient doit savoir"),
        render=_to_the_patient,
        addresses=_still_true,
        quiet=Quiet.WAITS,
    )
)
TO_OUTSIDE = register(
    Kind(
        name="request.outside",
        label=_("demande : pour qui a écrit sans compte"),
        render=_to_outside,
        addresses=_still_true,
        load=_load,
    )
)
INTAKE_LINK = register(
    Kind(
        name="request.intake_link",
        label=_("lien d’adressage pour un correspondant"),
        render=_the_link,
        addresses=_still_open,
        load=_load_links,
    )
)
