"""The link of an offer: what is offered, yes, no, leave the list. Looking changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from appointments.access import get_offer
from appointments.actions import accept_offer as accepting
from appointments.actions import decline_offer as declining
from appointments.actions.change_request import end_request
from appointments.models import Appointment, SlotOffer
from appointments.models.offer import OfferState
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.access import can_act_for


@login_not_required
@never_cache
@require_safe
@limit("offer", methods=("GET", "HEAD"))
def offer(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, get_offer(token))


@login_not_required
@require_POST
@limit("offer")
def accept_offer(request: HttpRequest, token: str) -> HttpResponse:
    """The first yes has it; pressing twice shows the same appointment."""
    found = get_offer(token)
    if found.state != OfferState.ACCEPTED:
        try:
            accepting.accept_offer(found, actor=request.user)
        except Refusal as refusal:
            return _page(request, get_offer(token), str(refusal.sentence))
    return redirect("offer", token)


@login_not_required
@require_POST
@limit("offer")
def decline_offer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        declining.decline_offer(get_offer(token), actor=request.user)
    except Refusal as refusal:
        return _page(request, get_offer(token), str(refusal.sentence))
    return redirect("offer", token)


@login_not_required
@require_POST
@limit("offer")
def leave_waiting(request: HttpRequest, token: str) -> HttpResponse:
    """No to this one and to all that would follow."""
    found = get_offer(token)
    if found.request is None:
        raise Http404
    end_request(found.request, actor=request.user)
    messages.success(request, _("Vous n’êtes plus sur cette liste d’attente."))
    return redirect("offer", token)


def _page(request: HttpRequest, found: SlotOffer, sentence: str = "") -> HttpResponse:
    is_open = found.is_waiting(clock.now())
    left = found.expires_at - clock.now()
    context = {
        "offer": found,
        "is_open": is_open,
        "seconds": max(0, int(left.total_seconds())) if is_open else 0,
        "visit": _visit(found),
        # Who only has the link reads no more than the message said.
        "is_own": request.user.is_authenticated and can_act_for(request.user, found.patient),
        "sentence": sentence,
    }
    return render(request, "appointments/offer.html", context, status=409 if sentence else 200)


def _visit(found: SlotOffer) -> Appointment | None:
    """What came of a yes: the hold itself, or the visit that moved."""
    if found.state != OfferState.ACCEPTED or found.held is None:
        return None
    return found.held.moving or found.held
