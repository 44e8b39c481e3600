"""A patient's seat in a workshop, or his rank in its waiting list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import workshop_access as access
from appointments.actions.leave_workshop import TooLateToLeave
from appointments.actions.leave_workshop import leave_workshop as do_leave
from appointments.models import Enrolment
from appointments.workshop_ics import calendar_for
from appointments.workshops import position_of, read_offer
from core import clock
from core.refusal import Refusal


@require_safe
def enrolment(request: SignedInRequest, reference: str) -> HttpResponse:
    found = access.get_enrolment_for(request.user, reference)
    return render(request, "appointments/enrolment.html", _about(found))


@require_safe
def enrolment_ics(request: SignedInRequest, reference: str) -> HttpResponse:
    found = access.get_enrolment_for(request.user, reference)
    offer = read_offer(found.cycle_id)
    method = "PUBLISH" if found.has_seat else "CANCEL"
    response = HttpResponse(
        calendar_for(found, offer.sessions, method), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="atelier-{found.reference}.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def leave_workshop(request: SignedInRequest, reference: str) -> HttpResponse:
    """Says what follows, then does it."""
    found = access.get_enrolment_for(request.user, reference)
    if not found.is_active:
        return redirect("enrolment", reference)
    context = _about(found) | {"sentence": ""}
    if request.method == "POST":
        try:
            do_leave(found, actor=request.user)
        except Refusal as refusal:
            context["sentence"] = refusal.sentence
            return render(request, "appointments/leave_workshop.html", context, status=422)
        messages.success(request, _("C’est noté : l’inscription est annulée."))
        return redirect("my_space")
    return render(request, "appointments/leave_workshop.html", context)


def _about(found: Enrolment) -> dict[str, object]:
    now = clock.now()
    offer = read_offer(found.cycle_id, now)
    return {
        "enrolment": found,
        "offer": offer,
        "workshop": found.cycle.workshop,
        "position": position_of(found) if found.is_waiting else 0,
        "can_leave": found.is_waiting or now <= offer.withdraw_until,
        "too_late": TooLateToLeave().sentence,
    }
