"""« Demander un avis »: to whom, then the letter, kept while it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from coordination.known_facts import known_facts
from core import clock
from core.refusal import Refusal
from teleconsult import expertise_access as access
from teleconsult.actions.write_expertise import (
    ConsentMissing,
    ContextIncomplete,
    begin_expertise,
    keep_draft,
    send_expertise,
    text_in_force,
)
from teleconsult.expertise_bills import standing_of
from teleconsult.expertise_page import offered_pools
from teleconsult.forms.expertise import AddresseeForm, ExpertiseForm
from teleconsult.models import ExpertiseAct, ExpertiseRequest, ExpertiseState
from teleconsult.request_photos import photo_context

# Where on the page it is said why the letter does not leave.
FIELD_OF: dict[type[Refusal], str] = {ConsentMissing: "consent_means", ContextIncomplete: "as_it_is"}


@require_http_methods(["GET", "HEAD", "POST"])
def new_expertise_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """To whom; the draft begins here, so that nothing typed or photographed afterwards is lost."""
    patient, requester = access.get_patient_to_ask_for(request.user, pk)
    offered = [(pool, [one for one in people if one.pk != requester.pk]) for pool, people in offered_pools()]
    form = AddresseeForm([one for one in offered if one[1]], request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = known_facts(patient, request.user)
        draft = begin_expertise(patient, requester, form.chosen(), facts=facts, actor=request.user)
        return redirect("edit_expertise_request", draft.pk)
    drafts = access.requests_of(request.user).filter(patient=patient, state=ExpertiseState.DRAFT)
    context = {
        "patient": patient,
        "form": form,
        "drafts": list(drafts.order_by("-saved_at", "-pk")),
        "standing": standing_of(ExpertiseAct.RQD, patient, requester),
    }
    status = 422 if form.errors else 200
    return render(request, "teleconsult/new_expertise_request.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_expertise_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only a draft, only by who writes it."""
    draft = access.get_expertise_as_requester(request.user, pk).request
    if not draft.is_draft:
        return redirect("expertise_request", pk)
    if request.method != "POST":
        return _letter(request, draft, ExpertiseForm(draft))
    form = ExpertiseForm(draft, request.POST, is_draft="send" not in request.POST)
    if _keep(request, draft, form):
        return redirect("expertise_requests") if form.is_draft else redirect("expertise_request", pk)
    return _letter(request, draft, form)


@require_POST
def save_expertise_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """What has been typed so far; a date that is not one is left as it was."""
    draft = access.get_expertise_as_requester(request.user, pk).request
    form = ExpertiseForm(draft, request.POST, is_draft=True)
    form.is_valid()
    try:
        kept = keep_draft(draft, form.words(), actor=request.user)
    except Refusal as refusal:
        context: dict[str, Any] = {"sentence": str(refusal.sentence)}
        return render(request, "teleconsult/expertise_draft_state.html", context, status=409)
    if not request.headers.get("HX-Request"):
        return redirect("edit_expertise_request", pk)
    return render(request, "teleconsult/expertise_draft_state.html", {"saved_at": kept.saved_at})


def _letter(request: SignedInRequest, draft: ExpertiseRequest, form: ExpertiseForm) -> HttpResponse:
    context = {
        "draft": draft,
        "patient": draft.patient,
        "form": form,
        "saved_at": draft.saved_at,
        "consent_text": draft.consent_text or text_in_force(),
        "standing": standing_of(ExpertiseAct.RQD, draft.patient, draft.requester, clock.today()),
        **photo_context(draft, draft.requester),
    }
    status = 422 if form.errors else 200
    return render(request, "teleconsult/edit_expertise_request.html", context, status=status)


def _keep(request: SignedInRequest, draft: ExpertiseRequest, form: ExpertiseForm) -> bool:
    """Whether it is done with: what may not be sent yet is kept all the same, nothing is lost."""
    is_valid = form.is_valid()
    try:
        kept = keep_draft(draft, form.words(), actor=request.user)
        if is_valid and form.is_draft:
            messages.success(request, _("Le brouillon est gardé. Rien n’est parti."))
            return True
        if is_valid:
            send_expertise(kept, actor=request.user, as_it_is=form.cleaned_data["as_it_is"])
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(type(refusal)), str(refusal.sentence))
        is_valid = False
    if is_valid:
        messages.success(request, _("La demande est partie. La personne en est prévenue."))
    else:
        messages.info(request, _("Rien n’est parti : la demande est gardée en brouillon."))
    return is_valid
