"""The patient's own page: the free seats of his programme's coming sessions, and one tap. No account is needed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from partnerships.actions import book_request as actions
from partnerships.invitation_links import get_invitation
from partnerships.models import RequestInvitation
from partnerships.request_slots import free_seats, read_seat
from patients.access import can_act_for


# « choose_seat » writes on POST only; looking changes nothing, however often a mail program looks first.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit("offer", methods=("GET", "HEAD", "POST"))
def choose_seat(request: HttpRequest, token: str) -> HttpResponse:
    invitation = get_invitation(token)
    sentence = ""
    if request.method == "POST":
        seat = read_seat(invitation.request.programme, invitation.kind, request.POST.get("slot", ""))
        try:
            if seat is None:
                raise Refusal(_("Choisissez une des heures proposées."))
            actions.choose_seat(invitation, *seat, actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
            invitation = get_invitation(token)
        else:
            return redirect("choose_seat", token)
    return _page(request, invitation, sentence)


def _page(request: HttpRequest, invitation: RequestInvitation, sentence: str) -> HttpResponse:
    is_open = invitation.is_open(clock.now())
    patient = invitation.request.patient
    context = {
        "invitation": invitation,
        "patient": patient,
        "visit": invitation.appointment,
        "is_open": is_open,
        "slots": free_seats(invitation.request, invitation.kind) if is_open else [],
        # Who only has the link reads no more than the message said.
        "is_own": request.user.is_authenticated
        and patient is not None
        and can_act_for(request.user, patient),
        "sentence": sentence,
        "centre": invitation.request.programme.place.centre,
    }
    return render(request, "partnerships/choose_seat.html", context, status=409 if sentence else 200)
