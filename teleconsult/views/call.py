"""The page of the call, and what it asks for while it is open."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from core.web.permissions import allows_media
from teleconsult.access import get_participant, may_admit, may_enter_call
from teleconsult.actions.keep_chat import keep_chat
from teleconsult.call_words import call_words
from teleconsult.models import BodySite, Participant, ParticipantRole, PhotoView


@login_not_required
@allows_media
@never_cache
@require_safe
def video_call(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """For who is in; who waits is sent to the waiting room, everybody else reads 404."""
    person = get_participant(request, key)
    if not may_enter_call(person, clock.now()):
        return redirect("teleconsult") if may_admit(person) else redirect("video_waiting", key)
    return render(request, "teleconsult/call.html", _context(request, person))


def _context(request: HttpRequest, person: Participant) -> dict[str, Any]:
    visit, hosts = person.visit, may_admit(person)
    appointment = visit.appointment
    return {
        "participant": person,
        "visit": visit,
        "appointment": appointment,
        "centre": appointment.practitioner.centre,
        "hosts": hosts,
        "takes_photos": person.role in (ParticipantRole.PRACTITIONER, ParticipantRole.NURSE),
        "photo_views": PhotoView.choices,
        "body_sites": BodySite.choices,
        "patient": appointment.patient if hosts else None,
        "words": call_words(),
        # `?relais=1`: only through the relay, to find out whether that works (docs/operations.md).
        "relay_only": request.GET.get("relais") == "1",
    }


@never_cache
@require_safe
def video_call_guests(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """A part of the page of who receives: who waits, who is in."""
    host = get_host(request, key)
    guests = host.visit.participants.exclude(pk=host.pk).order_by("arrived_at", "pk")
    context = {
        "visit": host.visit,
        "waiting": [one for one in guests if one.is_at_the_door],
        "inside": [one for one in guests if one.is_admitted],
    }
    return render(request, "teleconsult/components/call_guests.html", context)


@require_POST
def keep_video_chat(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Only if the professional says so: what was written becomes a note of his, and he answers for it."""
    host = get_host(request, key)
    try:
        keep_chat(host.visit, request.POST.get("transcript", ""), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La discussion est au dossier, dans une note à votre nom."))
    return render(request, "teleconsult/components/call_kept.html")


def get_host(request: SignedInRequest, key: uuid.UUID) -> Participant:
    person = get_participant(request, key)
    if not may_admit(person):
        raise Http404
    return person
