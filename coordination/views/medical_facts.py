"""Allergies and alerts of one person: what is noted, what was withdrawn, and what is added."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from coordination import access, medical_facts
from coordination.access import Reader
from coordination.actions.note_alert import note_alert
from coordination.actions.note_alert import withdraw_alert as withdraw_this_alert
from coordination.actions.note_allergy import note_allergy, note_no_allergy
from coordination.actions.note_allergy import withdraw_allergy as withdraw_this_allergy
from coordination.forms.medical_fact import AlertForm, AllergyForm, WithdrawForm
from coordination.models import Alert, Allergy
from core.refusal import Refusal
from patients.models import Patient


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
    if posted is not None and form.is_valid():
        try:
            note_allergy(patient, form.cleaned_data, actor=request.user, replaces=allergy)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est corrigé. L’ancienne version reste lisible."))
            return redirect("allergies", pk)
    context = {"patient": patient, "form": form, "fact": allergy, "back": "allergies"}
    return render(request, "coordination/correct_fact.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_allergy(request: SignedInRequest, pk: int, allergy_pk: int) -> HttpResponse:
    patient, allergy = _allergy(request, pk, allergy_pk)
    posted = request.POST if request.method == "POST" else None
    form = WithdrawForm(posted)
    if posted is not None and form.is_valid():
        try:
            withdraw_this_allergy(allergy, why=form.cleaned_data["why"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est retiré. La ligne reste lisible, avec votre raison."))
            return redirect("allergies", pk)
    context = {"patient": patient, "form": form, "fact": allergy, "back": "allergies"}
    return render(request, "coordination/withdraw_fact.html", context, status=422 if posted else 200)


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
    if posted is not None and form.is_valid():
        try:
            note_alert(patient, form.said(), actor=request.user, replaces=alert)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est corrigé. L’ancienne version reste lisible."))
            return redirect("alerts", pk)
    context = {"patient": patient, "form": form, "fact": alert, "back": "alerts"}
    return render(request, "coordination/correct_fact.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_alert(request: SignedInRequest, pk: int, alert_pk: int) -> HttpResponse:
    patient, _reader, alert = _alert(request, pk, alert_pk)
    posted = request.POST if request.method == "POST" else None
    form = WithdrawForm(posted)
    if posted is not None and form.is_valid():
        try:
            withdraw_this_alert(alert, why=form.cleaned_data["why"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("C’est retiré. La ligne reste lisible, avec votre raison."))
            return redirect("alerts", pk)
    context = {"patient": patient, "form": form, "fact": alert, "back": "alerts"}
    return render(request, "coordination/withdraw_fact.html", context, status=422 if posted else 200)
