"""The team enrols a patient, at the desk or on the telephone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, is_desk
from appointments import workshop_access as access
from appointments.actions.enrol import enrol
from appointments.models import Enrolment, Origin, WorkshopCycle
from appointments.workshops import Offer, known_here, offers, why_not
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
def enrol_patient(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every date that this person may fill, with its seats; who may come is a hint for the team, no bar."""
    who = access.crew(request.user)
    patient = get_patient_for_staff(request.user, pk)
    rows = offers(WorkshopCycle.objects.coming(clock.now()).filter(access.cycles_to_run(who)))
    sentence = ""
    if request.method == "POST":
        chosen = next((one for one in rows if str(one.cycle.pk) == request.POST.get("cycle", "")), None)
        sentence = _enrol(request, patient, chosen)
        if not sentence:
            return redirect("enrol_patient", pk)
    present = {
        row.cycle_id: row
        for row in Enrolment.objects.active().filter(
            patient=patient, cycle__in=[one.cycle.pk for one in rows]
        )
    }
    known = known_here([patient])
    lines = [
        {
            "offer": one,
            "present": present.get(one.cycle.pk),
            "hint": why_not(one.cycle.workshop, patient, one.first.start_at, known),
        }
        for one in rows
    ]
    context = {"patient": patient, "lines": lines, "sentence": sentence}
    return render(request, "appointments/desk/enrol_patient.html", context, status=409 if sentence else 200)


def _enrol(request: SignedInRequest, patient: Patient, chosen: Offer | None) -> str:
    """The sentence that refuses; empty where it is done."""
    if chosen is None:
        return _("Choisissez une des dates proposées.")
    origin = Origin.PHONE if is_desk(request.user) else Origin.PRACTITIONER
    try:
        done = enrol(
            chosen.cycle,
            patient,
            actor=request.user,
            wait=request.POST.get("step") == "wait",
            by_staff=True,
            origin=origin,
        )
    except Refusal as refusal:
        return str(refusal.sentence)
    told = _("%(patient)s est inscrit.") if done.has_seat else _("%(patient)s est en liste d’attente.")
    messages.success(request, told % {"patient": patient.display_name})
    return ""
