"""The page of one request for an opinion in front of one reader: what was asked, its answer, what he may do. Reads."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import PlaceKind, VisitReason
from core import clock
from core.web.words import WordsForm
from teleconsult.expertise_access import Reading
from teleconsult.expertise_bills import standing_of
from teleconsult.expertise_context import lines_of
from teleconsult.expertise_people import experts_of, pools_in_force
from teleconsult.expertise_states import may_become
from teleconsult.forms.answer_expertise import AnswerForm, ConversionForm
from teleconsult.forms.expertise import AddresseeForm
from teleconsult.models import (
    AWAITED,
    ENDED,
    Conversion,
    ExpertiseAct,
    ExpertiseEvent,
    ExpertiseRequest,
    ExpertPool,
)
from teleconsult.models.expertise import ExpertiseState as S
from teleconsult.request_photos import photo_context

VERBS: dict[str, str | Promise] = {
    "written": gettext_lazy("brouillon commencé"),
    "sent": gettext_lazy("envoyée"),
    "claimed": gettext_lazy("prise en charge"),
    "asked": gettext_lazy("précision demandée"),
    "detailed": gettext_lazy("précision donnée"),
    "passed": gettext_lazy("un expert laisse sa place"),
    "returned": gettext_lazy("rendue aux autres experts"),
    "to_pool": gettext_lazy("délai passé : proposée à tous les experts"),
    "to_visit": gettext_lazy("délai passé : rendez-vous prioritaire à prendre"),
    "answered": gettext_lazy("avis rendu"),
    "corrected": gettext_lazy("avis corrigé"),
    "converted": gettext_lazy("rendez-vous proposé"),
    "booked": gettext_lazy("rendez-vous pris"),
    "declined": gettext_lazy("déclinée"),
    "withdrawn": gettext_lazy("retirée"),
    "read": gettext_lazy("avis lu"),
}


def page_of(reading: Reading) -> dict[str, Any]:
    request = reading.request
    answers = list(request.answers.select_related("author__profession")) if reading.is_clinical else []
    return {
        "demand": request,
        "reading": reading,
        "patient": request.patient,
        "age": request.patient.age_on(clock.today()),
        "lines": lines_of(request) if reading.is_clinical else [],
        **(photo_context(request, reading.practitioner) if reading.practitioner else {}),
        "may_add_photos": reading.is_requester and request.state not in ENDED,
        "answer": answers[0] if answers else None,
        "earlier": answers[1:],
        "story": [_told(event, reading) for event in request.events.select_related("by")],
        "due_at": _due(request),
        "is_awaited": request.state in AWAITED,
        **_doors(reading),
        **_forms(reading),
    }


def offered_pools() -> list[tuple[ExpertPool, Any]]:
    """Each pool in which somebody can answer, with its experts."""
    return [(pool, experts_of(pool)) for pool in pools_in_force()]


def elsewhere_form(reading: Reading, data: Any = None) -> AddresseeForm:
    """Without the one who has just declined, and without who asks."""
    request = reading.request
    known = request.events.filter(verb="passed").values_list("by", flat=True)
    aside = {one for one in known if one is not None} | {request.requester.user_id}
    offered = [
        (pool, [one for one in experts if one.user_id not in aside])
        for pool, experts in offered_pools()
        if pool.speciality == request.speciality
    ]
    return AddresseeForm([one for one in offered if one[1]], data)


def _due(request: ExpertiseRequest) -> Any:
    if request.state in AWAITED:
        return request.answer_due_at
    timer = request.timers.running().first()
    return timer.due_at if timer is not None else None


def _told(event: ExpertiseEvent, reading: Reading) -> dict[str, Any]:
    """What was said between professionals is not the desk's."""
    words = VERBS.get(event.verb, event.get_to_state_display())
    shown = reading.is_clinical
    return {"event": event, "words": words, "note": event.note if shown else ""}


def _doors(reading: Reading) -> dict[str, Any]:
    """From here to a booked visit."""
    request = reading.request
    if request.state != S.CONVERTED or not (reading.is_requester or reading.at_desk):
        return {}
    reason = None
    if request.conversion == Conversion.VIDEO and request.holder is not None:
        rows = VisitReason.objects.filter(
            practitioner=request.holder, place_kind=PlaceKind.VIDEO, is_active=True
        )
        reason = rows.select_related("category", "practitioner").order_by("pk").first()
    return {"may_settle": True, "reason": reason}


def _forms(reading: Reading) -> dict[str, Any]:
    """Only what may be done now."""
    request = reading.request
    found: dict[str, Any] = {}
    in_hand = reading.is_holder and request.state in (S.CLAIMED, S.ASKED)
    if in_hand:
        found["answer_form"] = AnswerForm()
        found["convert_form"] = ConversionForm()
        if request.state == S.CLAIMED:
            found["ask_form"] = WordsForm(_("Votre question"))
    if in_hand or reading.may_take:
        found["aside_form"] = WordsForm(_("Pourquoi"))
        assert reading.practitioner is not None
        found["standing"] = standing_of(ExpertiseAct.TE2, request.patient, reading.practitioner)
    if reading.is_holder and request.state in (S.ANSWERED, S.CLOSED) and request.answered_at is not None:
        found["correct_form"] = AnswerForm(corrects=request.answers.first())
    if reading.is_requester:
        found |= _forms_of_requester(reading)
    return found


def _forms_of_requester(reading: Reading) -> dict[str, Any]:
    request = reading.request
    found: dict[str, Any] = {"may_withdraw": may_become(request, S.WITHDRAWN)}
    if request.state == S.ASKED:
        found["detail_form"] = WordsForm(_("Votre réponse"))
    if request.state == S.DECLINED:
        found["elsewhere_form"] = elsewhere_form(reading)
    found["may_read"] = request.state == S.ANSWERED
    found["may_end"] = request.state == S.DECLINED
    return found
