"""The INS number of one person: asked for through the gateway of the house, or copied from the labelled software."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, desk_required
from core.refusal import Refusal
from patients import access, insi
from patients.actions import retrieve_ins as retrieving
from patients.forms.desk import InsForm
from patients.ins import contradictions, doubts


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def retrieve_ins(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = access.get_patient_for_desk(request.user, pk)
    asks = request.method == "POST" and "ask" in request.POST
    form = InsForm(request.POST if request.method == "POST" and not asks else None)
    warnings = doubts(patient)
    try:
        if asks:
            retrieving.retrieve_ins(patient, actor=request.user)
            return _done(request, pk)
        if form.is_bound and form.is_valid():
            number = form.cleaned_data["number"]
            warnings = contradictions(number, patient)
            if not warnings or form.cleaned_data["despite"]:
                retrieving.keep_ins(patient, number, means="copied", actor=request.user)
                return _done(request, pk)
            form.add_error("despite", _("Le matricule contredit un trait noté. Vérifiez, ou cochez la case."))
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence)) if form.is_bound else messages.error(
            request, str(refusal.sentence)
        )
    context = {"patient": patient, "form": form, "warnings": warnings, "insi": insi.gateway()}
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/desk/retrieve_ins.html", context, status=status)


def _done(request: SignedInRequest, pk: int) -> HttpResponse:
    messages.success(
        request, _("Le matricule est enregistré. Il ne se montre qu’une fois l’identité qualifiée.")
    )
    return redirect("patient_record", pk)
