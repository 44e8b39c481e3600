"""Holding a slot, and letting it go."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from appointments import access, eligibility
from appointments.actions import hold as holding
from appointments.availability import nearest_slots
from appointments.models import Appointment, VisitReason
from appointments.visitor import become_holder, holder_of
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from core.web.way_back import own_page


@login_not_required
@require_POST
@limit("hold")
def hold_slot(request: HttpRequest) -> HttpResponse:
    """A tap on a slot: held, or the sentence and the nearest ones."""
    key, start_at = _read_slot(request.POST.get("slot", ""))
    moving = None
    if reference := request.POST.get("moving"):
        moving = access.get_appointment_for(request.user, reference)
    reason = _read_reason(key, moving)
    known = reason.practitioner_id in eligibility.practitioners_knowing(request.user)
    audiences = eligibility.audiences_for(known=known)
    try:
        held = holding.hold(
            reason, start_at, holder=become_holder(request), audiences=audiences, moving=moving
        )
    except Refusal as refusal:
        return refused(request, refusal, reason, start_at, moving)
    return redirect("booking", held.reference)


@login_not_required
@require_POST
def release_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """« Choisir un autre créneau »: the slot is free for the others at once."""
    held = access.get_held_by(holder_of(request), reference)
    holding.release(held, holder=holder_of(request))
    back = own_page(request, request.POST.get("retour", ""))
    return redirect(back or f"{reverse('find')}?motif={held.reason.category.slug}")


@login_not_required
@require_POST
def loosen_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Sent by the page as it closes."""
    held = access.get_held_by(holder_of(request), reference)
    holding.loosen(held, holder=holder_of(request))
    return HttpResponse(status=204)


@login_not_required
@require_POST
def keep_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Sent by the page as it opens: it was only a reload."""
    held = access.get_held_by(holder_of(request), reference)
    return HttpResponse(status=204 if holding.keep(held, holder=holder_of(request)) else 410)


def refused(
    request: HttpRequest,
    refusal: Refusal,
    reason: VisitReason,
    start_at: datetime,
    moving: Appointment | None = None,
) -> HttpResponse:
    """The sentence, and the three nearest slots of the same reason, one tap away."""
    known = reason.practitioner_id in eligibility.practitioners_knowing(request.user)
    alternatives = nearest_slots(
        [reason], start_at, now=clock.now(), audiences=eligibility.audiences_for(known=known)
    )
    context = {
        "sentence": refusal.sentence,
        "alternatives": alternatives,
        "reason": reason,
        "moving": moving,
    }
    return render(request, "appointments/refused.html", context, status=409)


def _read_slot(value: str) -> tuple[int, datetime]:
    """« 12.1763971200 »: the reason and the start, as `Slot.value` wrote them."""
    key, _dot, start = value.partition(".")
    if not (key.isascii() and key.isdigit() and start.isascii() and start.isdigit()):
        raise Http404
    if len(key) > 18 or len(start) > 11:
        raise Http404
    return int(key), datetime.fromtimestamp(int(start), tz=UTC)


def _read_reason(key: int, moving: Appointment | None) -> VisitReason:
    """One that the public may book, or the one of the appointment that moves."""
    if moving is not None:
        if moving.reason_id != key:
            raise Http404
        return moving.reason
    reasons = VisitReason.objects.online().select_related("practitioner__profession", "category")
    return get_object_or_404(reasons, pk=key)
