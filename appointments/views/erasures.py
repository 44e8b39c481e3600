"""The desk's worklist: people who ask to be forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, desk_required
from appointments.actions import erase
from appointments.models import Appointment
from core.refusal import Refusal
from patients.access import erasures_to_do, get_erasure_to_do


@desk_required
@require_safe
def erasure_requests(request: SignedInRequest) -> HttpResponse:
    return render(request, "appointments/desk/erasure_requests.html", {"requests": erasures_to_do()})


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def erasure_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would go and what would stay; then it is done."""
    asked = get_erasure_to_do(request.user, pk)
    if request.method == "POST":
        try:
            erase.erase(asked, actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("C’est effacé. La personne reçoit un dernier message."))
        return redirect("erasure_requests")
    people = erase.people_to_forget(asked.user) if asked.user else []
    context = {
        "asked": asked,
        "people": [(patient, erase.cared_for(patient)) for patient in people],
        "coming": Appointment.objects.with_details()
        .counted_once()
        .coming()
        .filter(patient__in=people)
        .order_by("start_at"),
    }
    return render(request, "appointments/desk/erasure_request.html", context)
