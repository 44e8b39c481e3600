"""Allergies and alerts of one person: what is noted, what was withdrawn, and what is added."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from coordination import access, medical_facts
from coordination.access import Reader
from coordination.actions.note_alert import note_alert
from coordination.actions.note_allergy import note_allergy, note_no_allergy
from coordination.actions.withdraw_fact import withdraw_fact
from coordination.forms.medical_fact import AlertForm, AllergyForm, WithdrawForm
from coordination.models import Alert, Allergy
from core.refusal import Refusal
from patients.models import Patient


def _correct(
    request: SignedInRequest,
    patient: Patient,
    fact: Allergy | Alert,
    form: Form,
    correct: Callable[[], None],
    *,
    back: str,
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            correct()
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est corrigé. L’ancienne version reste lisible."))
            return redirect(back, patient.pk)
    context = {"patient": patient, "form": form, "fact": fact, "back": back}
    return render(request, "coordination/correct_fact.html", context, status=422 if form.is_bound else 200)


def _withdraw(
    request: SignedInRequest, patient: Patient, fact: Allergy | Alert, *, back: str
) -> HttpResponse:
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            withdraw_fact(fact, why=form.cleaned_data["why"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est retiré. La ligne reste lisible, avec votre raison."))
            return redirect(back, patient.pk)
    context = {"patient": patient, "form": form, "fact": fact, "back": back}
    return render(request, "coordination/withdraw_fact.html", context, status=422 if form.is_bound else 200)


def _clinical(request: SignedInRequest, pk: int) -> tuple[Patient, Reader]:
    """Who takes part in the care; for the desk there are no allergies."""
    patient, reader = access.open_record(request.user, pk)
    if reader.at_desk:
        raise Http404
    return patient, reader


@require_http_methods(["GET", "HEAD", "POST"])
def allergies(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, reader = _clinical(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = AllergyForm(posted)
    if posted is not None and form.is_valid():
        note_allergy(patient, form.cleaned_data, actor=request.user)
        messages.success(request, _("C’est noté, en tête du dossier."))
        return redirect("allergies", pk)
    rows = list(medical_facts.allergies_for(patient, reader))
    context = {
        "patient": patient,
        "form": form,
        "standing": [row for row in rows if row.is_standing],
        "withdrawn": [row for row in rows if not row.is_standing],
    }
    return render(request, "coordination/allergies.html", context, status=422 if posted else 200)


@require_POST
def no_known_allergy(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _reader = _clinical(request, pk)
    try:
        note_no_allergy(patient, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("« Aucune allergie connue » est noté, à la date d’aujourd’hui."))
    return redirect("allergies", pk)


def _allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> tuple[Patient, Allergy]:
    patient, reader = _clinical(request, pk)
    rows = Allergy.objects.filter(patient=patient, withdrawn_at=None)
    return patient, access.get_entry_or_404(rows, patient, reader, "allergy", allergy_pk)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> HttpResponse:
    patient, allergy = _allergy(request, pk, allergy_pk)
    posted = request.POST if request.method == "POST" else None
    form = AllergyForm(posted, initial=AllergyForm.initial_of(allergy))

    def correct() -> None:
        note_allergy(patient, form.cleaned_data, actor=request.user, replaces=allergy)

    return _correct(request, patient, allergy, form, correct, back="allergies")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> HttpResponse:
    patient, allergy = _allergy(request, pk, allergy_pk)
    return _withdraw(request, patient, allergy, back="allergies")


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: SignedInRequest, pk: int) -> HttpResponse:
    """The desk notes and reads what helps to receive the person."""
    patient, reader = access.open_record(request.user, pk)
    posted = request.POST if request.method == "POST" else None
    form = AlertForm(posted, at_desk=reader.at_desk)
    if posted is not None and form.is_valid():
        note_alert(patient, form.said(), actor=request.user)
        messages.success(request, _("C’est noté, en tête du dossier."))
        return redirect("alerts", pk)
    rows = list(medical_facts.alerts_for(patient, reader))
    context = {
        "patient": patient,
        "form": form,
        "standing": [row for row in rows if row.is_standing],
        "withdrawn": [row for row in rows if not row.is_standing],
    }
    return render(request, "coordination/alerts.html", context, status=422 if posted else 200)


def _alert(request: SignedInRequest, pk: int, alert_pk: int) -> tuple[Patient, Reader, Alert]:
    patient, reader = access.open_record(request.user, pk)
    rows = medical_facts.alerts_for(patient, reader).filter(withdrawn_at=None)
    return patient, reader, access.get_entry_or_404(rows, patient, reader, "alert", alert_pk)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_alert(request: SignedInRequest, pk: int, alert_pk: int) -> HttpResponse:
    patient, reader, alert = _alert(request, pk, alert_pk)
    posted = request.POST if request.method == "POST" else None
    form = AlertForm(posted, initial=AlertForm.initial_of(alert), at_desk=reader.at_desk)

    def correct() -> None:
        note_alert(patient, form.said(), actor=request.user, replaces=alert)

    return _correct(request, patient, alert, form, correct, back="alerts")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_alert(request: SignedInRequest, pk: int, alert_pk: int) -> HttpResponse:
    patient, _reader, alert = _alert(request, pk, alert_pk)
    return _withdraw(request, patient, alert, back="alerts")
