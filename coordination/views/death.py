"""The death of a patient is noted, or was noted by mistake."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments.models import Appointment, AppointmentSeries, Enrolment, WaitingRequest
from coordination import access, endings
from coordination.actions import record_death as recording
from coordination.forms.death import DeathForm, UndoDeathForm
from coordination.models import DeathRecord
from coordination.models.death import LearntFrom
from core.refusal import Refusal
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
def record_death(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says first what will end with it."""
    patient, _reader = access.open_record(request.user, pk)
    if patient.deceased_on:
        return redirect("undo_death", pk)
    posted = request.POST if request.method == "POST" else None
    form = DeathForm(posted, patient=patient)
    if posted is not None and form.is_valid():
        data = form.cleaned_data | {"learnt_from": LearntFrom(form.cleaned_data["learnt_from"])}
        try:
            recording.record_death(patient, **data, actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(
                request, _("C’est noté. Ce qui était à venir est arrêté ; aucun rappel ne partira.")
            )
            return redirect("patient_record", pk)
    also = endings.what_would_end(patient)
    context = {"patient": patient, "form": form, "ends": _what_ends(patient), "also": also}
    return render(request, "coordination/record_death.html", context, status=422 if posted else 200)


def _what_ends(patient: Patient) -> dict[str, int]:
    return {
        "visits": Appointment.objects.coming().filter(patient=patient).count(),
        "series": AppointmentSeries.objects.filter(patient=patient, ended_at=None).count(),
        "workshops": Enrolment.objects.active().filter(patient=patient).count(),
        "requests": WaitingRequest.objects.live().filter(patient=patient).count(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def undo_death(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _reader = access.open_record(request.user, pk)
    death = DeathRecord.objects.filter(patient=patient, undone_at=None).select_related("recorded_by").first()
    if death is None:
        return redirect("patient_record", pk)
    posted = request.POST if request.method == "POST" else None
    form = UndoDeathForm(posted)
    if posted is not None and form.is_valid():
        try:
            recording.undo_death(patient, why=form.cleaned_data["why"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Le dossier est de nouveau ouvert."))
            if death.ended.get("visits"):
                messages.warning(
                    request, _("Les rendez-vous rendus alors sont à reprendre avec la personne.")
                )
            return redirect("patient_record", pk)
    left = endings.what_had_ended(death.ended)
    context = {"patient": patient, "form": form, "death": death, "left": left}
    return render(request, "coordination/undo_death.html", context, status=422 if posted else 200)
