"""What the prescription says, corrected after the series was begun."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments import access
from appointments.actions.correct_series import correct_series as correct_action
from appointments.forms.series import PrescriptionForm
from appointments.series_progress import progress_of
from core.refusal import Refusal
from patients.access import get_patient_for_staff


@require_http_methods(["GET", "HEAD", "POST"])
def correct_series(request: SignedInRequest, pk: int, series_pk: int) -> HttpResponse:
    patient = get_patient_for_staff(request.user, pk)
    found = access.get_series_for_staff(request.user, patient, series_pk)
    posted = request.POST if request.method == "POST" else None
    initial = {
        "prescrites": found.prescribed,
        "ordonnance": found.prescribed_on,
        "prescripteur": found.prescriber,
    }
    form = PrescriptionForm(posted, initial=initial)
    if posted is not None and form.is_valid():
        try:
            correct_action(found, form.prescription(), actor=request.user)
        except Refusal as refusal:
            form.add_error("prescrites", str(refusal.sentence))
        else:
            messages.success(request, _("L’ordonnance est corrigée."))
            return redirect("series", pk, found.pk)
    context = {
        "patient": patient,
        "series": found,
        "form": form,
        "progress": progress_of([found])[found.pk],
    }
    status = 422 if posted is not None else 200
    return render(request, "appointments/desk/correct_series.html", context, status=status)
