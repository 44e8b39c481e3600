"""The page of one request in front of one reader: the letter, its thread, what he may do now. Reads."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import is_desk
from coordination.models import Urgency
from coordination.referral_people import addressable
from core import clock
from core.web.words import WordsForm
from partnerships.forms.sort_request import SUGGESTED, AcceptForm, OnwardForm
from partnerships.invitation_access import invites, may_book
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    ReasonKind,
    RequestEvent,
    RequestOrigin,
    RequestState,
)
from partnerships.request_access import Reading
from partnerships.request_inbox import whom
from partnerships.request_letter import lines_of, missing, other_files, red_flags
from partnerships.request_states import may_become

S = RequestState
# What was written by who sorts is nobody's illness; what the other side writes may be.
READ_BY_ALL = frozenset({"asked", "refused", "redirected", "accepted", "ranked", "transferred"})
VERBS: dict[str, str | Promise] = {
    "written": gettext_lazy("écrite"),
    "sent": gettext_lazy("envoyée"),
    "asked": gettext_lazy("précision demandée"),
    "answered": gettext_lazy("précision donnée"),
    "accepted": gettext_lazy("acceptée"),
    "ranked": gettext_lazy("priorité changée"),
    "refused": gettext_lazy("refusée"),
    "redirected": gettext_lazy("réorientée"),
    "transferred": gettext_lazy("passée à une autre consultation"),
    "session_cancelled": gettext_lazy("séance annulée, de retour sur la liste"),
    "withdrawn": gettext_lazy("retirée"),
    "joined": gettext_lazy("rattachée à une fiche"),
    "invited": gettext_lazy("personne invitée à choisir une place"),
    "uninvited": gettext_lazy("invitation retirée"),
    "expired": gettext_lazy("invitation sans réponse"),
    "booked": gettext_lazy("rendez-vous pris"),
    "cancelled": gettext_lazy("rendez-vous annulé"),
    "missed": gettext_lazy("absence au rendez-vous"),
    "seen": gettext_lazy("personne reçue"),
    "unseen": gettext_lazy("rendez-vous noté par erreur"),
    "reported": gettext_lazy("compte rendu arrivé"),
}


def page_of(reading: Reading) -> dict[str, Any]:
    request = reading.request
    lines = lines_of(request)
    return {
        "demand": request,
        "reading": reading,
        "patient": request.patient,
        "whom": whom(request),
        "invites": request.patient is not None and invites(reading.user, request.programme),
        "follow_up": request.invitations.standing().filter(kind=ReasonKind.FOLLOW_UP).first(),
        "may_book": request.patient is not None and may_book(reading.user, request.programme),
        "at_desk": is_desk(reading.user),
        "sender": getattr(request, "sender", None),
        "identity": getattr(request, "identity", None),
        "lines": lines,
        "files": other_files(request),
        "missing": missing(lines) if request.is_open else [],
        "flags": red_flags(lines),
        "story": [_told(event, reading) for event in request.events.select_related("by")],
        "may_join": request.patient is None and request.is_open and is_desk(reading.user),
        **_clock(request),
        **_forms(reading),
    }


def _clock(request: ConsultationRequest) -> dict[str, Any]:
    """Until when who has it in hand has time; late from the first reminder that left."""
    first = (
        request.timers.filter(stopped_at=None).order_by("due_at", "pk").first() if request.is_open else None
    )
    return {"next_clock": first, "is_late": first is not None and first.due_at <= clock.now()}


def _told(event: RequestEvent, reading: Reading) -> dict[str, Any]:
    mine = event.by_id is not None and event.by_id == reading.request.owner_id
    shown = reading.is_clinical or event.verb in READ_BY_ALL or mine
    words = VERBS.get(event.verb, event.get_to_state_display())
    return {"event": event, "words": words, "note": event.note if shown else "", "hidden": not shown}


def _forms(reading: Reading) -> dict[str, Any]:
    """Only what may be done now."""
    request = reading.request
    found: dict[str, Any] = {}
    if reading.triages:
        if may_become(request, S.ACCEPTED) and request.state in (S.RECEIVED, S.ASKED):
            first = {"priority": SUGGESTED[Urgency(request.urgency)]}
            found["accept_form"] = AcceptForm(initial=first) if request.patient is not None else None
        if request.state in (S.ACCEPTED, S.INVITED):
            found["rank_form"] = AcceptForm(initial={"priority": request.priority})
        if may_become(request, S.ASKED):
            found["ask_form"] = WordsForm(_("Votre question"))
        if may_become(request, S.REDIRECTED):
            found["onward_form"] = onward_form(request)
        if may_become(request, S.REFUSED):
            found["refuse_form"] = WordsForm(_("Pourquoi"))
    if request.state == S.ASKED and (reading.is_requester or _answers_for_outside(reading)):
        found["detail_form"] = WordsForm(_("Votre réponse"))
    found["may_withdraw"] = may_become(request, S.WITHDRAWN) and (reading.is_requester or reading.triages)
    return found


def _answers_for_outside(reading: Reading) -> bool:
    """Who telephones an answer has it written by who sorts."""
    return reading.triages and reading.request.origin != RequestOrigin.HOUSE


def onward_form(request: ConsultationRequest, data: Any = None) -> OnwardForm:
    others = AdvancedConsultation.objects.filter(is_active=True).exclude(pk=request.programme_id)
    colleagues = addressable() if request.patient_id is not None else addressable().none()
    if request.requester_id is not None:
        colleagues = colleagues.exclude(pk=request.requester_id)
    return OnwardForm(list(others.select_related("partner").order_by("name", "pk")), list(colleagues), data)
