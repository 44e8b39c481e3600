"""Contracts: read, written, renewed, suspended, ended. The coordinator's business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions import save_agreement as actions
from partnerships.board import needs_renewal
from partnerships.forms.agreement import AgreementForm, EndForm, SuspensionForm
from partnerships.models import Agreement, AgreementDocument, AgreementSuspension
from partnerships.views.edit import edit_page

CARRIED_OVER = ("title", "notice_months", "half_days_per_month", "seats_per_month", "funding", "note")


@require_safe
def agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_agreement(request.user, pk)
    today = clock.today()
    context = {
        "agreement": found,
        "partner": found.partner,
        "state": found.state_on(today),
        "renewed_by": getattr(found, "renewed_by", None),
        "needs_renewal": needs_renewal(found, today),
        "is_over": found.ends_really_on < today,
        "documents": AgreementDocument.objects.filter(agreement=found).select_related("upload", "added_by"),
        "alerts": found.alerts.order_by("-months_before"),
        "today": today,
    }
    return render(request, "partnerships/agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    partner = access.get_partner_to_manage(request.user, pk)
    form = AgreementForm(request.POST or None, instance=Agreement(partner=partner))
    if request.method == "POST" and form.is_valid():
        actions.save_agreement(form.instance, form.cleaned_data["professions"], actor=request.user)
        messages.success(request, _("La convention est enregistrée."))
        return redirect("agreement", form.instance.pk)
    return edit_page(request, form, _("Nouvelle convention"), partner)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_agreement(request.user, pk)
    form = AgreementForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_agreement(form.instance, form.cleaned_data["professions"], actor=request.user)
        messages.success(request, _("La convention est enregistrée."))
        return redirect("agreement", pk)
    return edit_page(request, form, _("Corriger la convention"), found.partner)


@require_http_methods(["GET", "HEAD", "POST"])
def renew_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same terms for as long again, to be corrected before they are saved."""
    earlier = access.get_agreement(request.user, pk)
    form = AgreementForm(
        request.POST or None, instance=Agreement(partner=earlier.partner), initial=_next_terms(earlier)
    )
    if request.method == "POST" and form.is_valid():
        professions = form.cleaned_data["professions"]
        try:
            renewed = actions.renew_agreement(earlier, form.instance, professions, actor=request.user)
        except Refusal as refusal:
            form.add_error("starts_on", str(refusal.sentence))
        else:
            messages.success(request, _("La nouvelle version est enregistrée."))
            return redirect("agreement", renewed.pk)
    return edit_page(request, form, _("Renouveler la convention"), earlier.partner)


def _next_terms(earlier: Agreement) -> dict[str, Any]:
    starts = earlier.ends_really_on + timedelta(days=1)
    length = relativedelta(earlier.ends_on + timedelta(days=1), earlier.starts_on)
    terms: dict[str, Any] = {name: getattr(earlier, name) for name in CARRIED_OVER}
    return terms | {
        "starts_on": starts,
        "ends_on": starts + length - timedelta(days=1),
        "professions": list(earlier.professions.all()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def suspend_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_agreement(request.user, pk)
    form = SuspensionForm(
        request.POST or None,
        instance=AgreementSuspension(agreement=found),
        initial={"since": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.suspend_agreement(form.instance, actor=request.user)
        except Refusal as refusal:
            form.add_error("since", str(refusal.sentence))
        else:
            messages.success(request, _("La convention est suspendue."))
            return redirect("agreement", pk)
    return edit_page(request, form, _("Suspendre la convention"), found.partner)


@require_POST
def resume_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    suspension = access.get_suspension(request.user, pk)
    actions.resume_agreement(suspension, actor=request.user)
    messages.success(request, _("La suspension est levée."))
    return redirect("agreement", suspension.agreement_id)


@require_http_methods(["GET", "HEAD", "POST"])
def end_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_agreement(request.user, pk)
    if found.ends_really_on < clock.today():
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.end_agreement(found, data["last_day"], data["reason"], actor=request.user)
        except Refusal as refusal:
            form.add_error("last_day", str(refusal.sentence))
        else:
            messages.success(request, _("La convention prend fin à cette date."))
            return redirect("agreement", pk)
    return edit_page(request, form, _("Dénoncer la convention"), found.partner)
