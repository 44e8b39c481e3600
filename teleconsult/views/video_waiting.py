"""The waiting room: his word for being seen, « vous êtes attendu », and the door that opens by itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from appointments.delays import later_time
from appointments.models import Delay
from core import clock
from core.refusal import Refusal
from teleconsult import entering
from teleconsult.access import get_participant, may_admit, may_enter_call
from teleconsult.actions import at_the_door
from teleconsult.consent import text_now
from teleconsult.entry_state import Closed, why_closed
from teleconsult.models import Participant, ParticipantRole, VideoState
from teleconsult.views.video_entry import closed_page


@login_not_required
@never_cache
@require_safe
def video_waiting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Asked again every few seconds: 204 as long as nothing is new, the call as soon as he is let in."""
    participant, now = get_participant(request, key), clock.now()
    if may_admit(participant):
        return redirect("teleconsult")
    is_poll = request.headers.get("HX-Request") == "true"
    if may_enter_call(participant, now):
        address = participant.visit.get_absolute_url()
        return HttpResponseClientRedirect(address) if is_poll else redirect(address)
    closed = why_closed(participant.visit, now)
    if closed is not None:
        return _closed(request, participant, closed, is_poll=is_poll)
    context = _context(participant)
    if is_poll:
        if request.GET.get("etat") == context["stamp"]:
            return HttpResponse(status=204)
        return render(request, "teleconsult/components/waiting_state.html", context)
    return render(request, "teleconsult/video_waiting.html", context)


def _closed(request: HttpRequest, participant: Participant, closed: Closed, *, is_poll: bool) -> HttpResponse:
    if is_poll:
        return HttpResponseClientRedirect(reverse("video_waiting", args=[participant.visit.key]))
    return closed_page(request, participant, closed)


def _context(participant: Participant, sentence: str = "") -> dict[str, Any]:
    visit, now = participant.visit, clock.now()
    appointment = visit.appointment
    minutes = Delay.objects.minutes_of([appointment.practitioner_id]).get(appointment.practitioner_id, 0)
    later = later_time(appointment, minutes, now)
    stage = _stage(participant)
    return {
        "participant": participant,
        "visit": visit,
        "appointment": appointment,
        "centre": appointment.practitioner.centre,
        "stage": stage,
        "later": later,
        "hour_has_come": now >= appointment.start_at,
        "is_nurse": participant.role == ParticipantRole.NURSE,
        "consent_text": text_now(),
        "sentence": sentence,
        # What changes on the page: while it stays the same, nothing is read aloud again.
        "stamp": f"{stage}.{minutes}.{now >= appointment.start_at:d}.{participant.refusal_note[:20]}",
    }


def _stage(participant: Participant) -> str:
    if participant.visit.state == VideoState.INTERRUPTED:
        return "by_phone"
    if participant.refused_at is not None:
        return "refused"
    return "waiting" if participant.is_at_the_door and participant.has_consented else "door"


@login_not_required
@require_POST
def knock_video(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    participant = get_participant(request, key)
    try:
        at_the_door.knock(participant, actor=request.user, agrees=request.POST.get("agrees") == "on")
    except Refusal as refusal:
        context = _context(participant, str(refusal.sentence))
        return render(request, "teleconsult/video_waiting.html", context, status=422)
    return redirect("video_waiting", key)


@login_not_required
@require_POST
def leave_video(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Out of the waiting room or the call; `withdraw`: he does not agree any more. A link may be opened again."""
    participant = get_participant(request, key)
    withdraws = "withdraw" in request.POST
    participant = at_the_door.go_away(participant, actor=request.user, withdraws=withdraws)
    entering.unmark(request.session, key)
    context = {
        "visit": participant.visit,
        "centre": participant.visit.appointment.practitioner.centre,
        "withdraws": withdraws,
    }
    return render(request, "teleconsult/left_video.html", context)
