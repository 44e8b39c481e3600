"""The messages about requests for an opinion: who, when, link. Neither the speciality nor the question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.story_messages import coordinators, keys_of, still_true, tell_accounts, tell_people_of
from core.outbox import rendering
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house
from practitioners.models import Practitioner
from teleconsult.expertise_messages import WORDS
from teleconsult.expertise_people import asked_of
from teleconsult.models import ExpertiseEvent, ExpertiseRequest, ExpertiseState, ExpertiseTimer

TEMPLATE = "teleconsult/messages/expertise"


def tell_experts(request: ExpertiseRequest, event: ExpertiseEvent, experts: Collection[Practitioner]) -> None:
    """Of those whom it concerns, not who did it himself. Where it goes on to the pool, those who may take it now."""
    verb = "sent" if event.verb == "to_pool" else event.verb
    verb = "withdrawn" if verb == "to_visit" else verb
    _to_users([one.user_id for one in experts if one.user_id != event.by_id], request, verb, str(event.pk))


def tell_requester(request: ExpertiseRequest, event: ExpertiseEvent) -> None:
    if request.written_by_id != event.by_id:
        _to_users([request.written_by_id], request, event.verb, f"r{event.pk}")


def remind(request: ExpertiseRequest, timer: ExpertiseTimer) -> None:
    """Who has it, or everybody who may take it; where he has left, the coordinators at once."""
    if request.state == ExpertiseState.SENT and (asked := [one.user_id for one in asked_of(request)]):
        _to_users(asked, request, "reminder", f"t{timer.pk}", state=request.state)
        return
    owner = request.owner
    users = [owner.pk] if owner is not None and owner.is_active else coordinators()
    _to_users(users, request, "reminder", f"t{timer.pk}", state=request.state)


def escalate(request: ExpertiseRequest, timer: ExpertiseTimer) -> None:
    _to_users(coordinators(), request, "escalated", f"t{timer.pk}", state=request.state)


def tell_patient(request: ExpertiseRequest, event: ExpertiseEvent) -> None:
    _to_patient(request, "sent", str(event.pk))


def tell_patient_of_answer(request: ExpertiseRequest) -> None:
    _to_patient(request, "shared", "shared")


def _to_users(
    users: Collection[int | None], request: ExpertiseRequest, verb: str, key: str, **payload: Any
) -> None:
    tell_accounts(users, TO_STAFF.name, request, verb, key, **payload)


def _to_patient(request: ExpertiseRequest, verb: str, key: str) -> None:
    payload = {
        "verb": verb,
        "name": request.patient.display_name,
        "requester": request.requester.display_name,
    }
    tell_people_of(request.patient, TO_PATIENT.name, request, key, payload)


def _still_true(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    return still_true(messages, ExpertiseRequest.objects.in_bulk(keys_of(messages)))


def _context(title: Any, sentence: Any, name: str, *args: Any) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence,
        "link": public_address(name, *args),
        "centre": the_house().centre,
    }


def _staff(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    title, sentence = WORDS[messages[0].payload["verb"]]
    return rendering.email(TEMPLATE, _context(title, sentence, "expertise_request", messages[0].subject_id))


def _patient(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    message = messages[0]
    if message.payload["verb"] == "shared":
        title = _("Un avis est à lire dans votre espace")
        sentence = (
            _("L’avis demandé par %(requester)s pour %(name)s est dans votre espace.") % message.payload
        )
    else:
        title = _("Un avis est demandé pour vous")
        sentence = _("%(requester)s a demandé un avis pour %(name)s, avec votre accord.") % message.payload
    context = _context(title, sentence, "my_expertise_answers")
    if message.channel == Channel.SMS:
        return rendering.sms(TEMPLATE, context)
    return rendering.email(TEMPLATE, context)


TO_STAFF = register(
    Kind(
        name="expertise.staff",
        label=_("demande d’avis : étape pour qui travaille ici"),
        render=_staff,
        addresses=_still_true,
    )
)
TO_PATIENT = register(
    Kind(
        name="expertise.patient",
        label=_("demande d’avis : ce que le patient doit savoir"),
        render=_patient,
        addresses=_still_true,
        quiet=Quiet.WAITS,
    )
)
