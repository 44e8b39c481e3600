"""« Adresser »: from the patient's page, prefilled, kept as a draft or sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from coordination.actions.write_referral import WordNeeded, write_and_send, write_referral
from coordination.forms.referral import PRACTITIONER, PROFESSION, ReferralForm, target_key
from coordination.models import Referral, ReferralState, ReferralTemplate
from coordination.referral_access import get_referral
from coordination.referral_people import addressable, away_until
from core.refusal import Refusal
from patients.access import get_patient_for_practitioner, practitioner_of
from patients.models import Patient
from practitioners.models import Practitioner


@require_http_methods(["GET", "HEAD", "POST"])
def new_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = get_patient_for_practitioner(request.user, pk)
    requester = practitioner_of(request.user)
    if requester is None:
        raise Http404
    return _letter(request, patient, requester, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only a draft, only by who writes it."""
    reading = get_referral(request.user, pk)
    if reading.referral.state != ReferralState.DRAFT:
        return redirect("referral", pk)
    return _letter(request, reading.referral.patient, reading.referral.requester, reading.referral)


def _letter(
    request: SignedInRequest, patient: Patient, requester: Practitioner, draft: Referral | None
) -> HttpResponse:
    people = list(addressable().exclude(pk=requester.pk))
    away = away_until([one.pk for one in people])
    posted = request.POST if request.method == "POST" else None
    templates = list(
        ReferralTemplate.objects.filter(
            is_active=True, profession__in={one.profession_id for one in people}
        ).select_related("profession")
    )
    form = ReferralForm(people, away, posted, initial=_first_values(request, draft, templates, people))
    asks_word = posted is not None and bool(posted.get("word_scope"))
    if posted is not None and form.is_valid():
        try:
            return _keep(request, patient, requester, draft, form)
        except WordNeeded as refusal:
            asks_word = True
            form.add_error("word_scope", str(refusal.sentence))
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
    context = {
        "patient": patient,
        "form": form,
        "templates": templates,
        "draft": draft,
        "asks_word": asks_word,
    }
    return render(request, "coordination/write_referral.html", context, status=422 if posted else 200)


def _keep(
    request: SignedInRequest,
    patient: Patient,
    requester: Practitioner,
    draft: Referral | None,
    form: ReferralForm,
) -> HttpResponse:
    if "keep" in request.POST:
        referral = write_referral(patient, requester, form.letter(), actor=request.user, draft=draft)
        messages.success(request, _("Le brouillon est gardé. Rien n’est parti."))
        return redirect("referral", referral.pk)
    sent = write_and_send(
        patient, requester, form.letter(), actor=request.user, draft=draft, word=form.word()
    )
    messages.success(request, _("L’adressage est parti. La personne est prévenue."))
    return redirect("referral", sent.pk)


def _first_values(
    request: SignedInRequest,
    draft: Referral | None,
    templates: list[ReferralTemplate],
    people: list[Practitioner],
) -> dict[str, Any]:
    """The draft, a template that was chosen, or a name in the address."""
    if draft is not None:
        names = ("subject", "sessions", "urgency", "expected", "context")
        return {"target": target_key(draft), **{name: getattr(draft, name) for name in names}}
    chosen = next((one for one in templates if str(one.pk) == request.GET.get("modele")), None)
    if chosen is None:
        return {"target": request.GET.get("a", "")[:12]}
    able = [one for one in people if one.profession_id == chosen.profession_id]
    target = f"{PRACTITIONER}{able[0].pk}" if len(able) == 1 else f"{PROFESSION}{chosen.profession_id}"
    return {
        "target": target,
        "subject": chosen.subject,
        "context": chosen.context,
        "sessions": chosen.sessions,
    }
