"""« Téléconsultations »: who is expected today, who waits; in, or not now."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_coordinator, is_desk
from core import clock
from core.refusal import Refusal
from patients.access import practitioner_of
from practitioners.models import Practitioner
from teleconsult.access import get_participant, may_admit
from teleconsult.actions import admit as admission
from teleconsult.actions import renew_link as renewing
from teleconsult.forms.video import RefusalForm
from teleconsult.models import Participant
from teleconsult.share import shares_of
from teleconsult.video_links import link_of
from teleconsult.waiting_room import lists_for, may_see_list, visits_for


@require_safe
def teleconsult(request: SignedInRequest) -> HttpResponse:
    """Read again every few seconds by the page itself, which answers 204 while nothing has changed."""
    if not may_see_list(request.user):
        raise Http404
    context = _lists(request)
    if request.headers.get("HX-Request") == "true":
        if request.GET.get("etat") == context["stamp"]:
            return HttpResponse(status=204)
        return render(request, "teleconsult/components/video_lists.html", context)
    return render(request, "teleconsult/teleconsult.html", context | _shares(request))


def _lists(request: SignedInRequest) -> dict[str, Any]:
    now = clock.now()
    lists = lists_for(request.user, now)
    changing = [
        (
            *(line.visit.pk, line.visit.state, line.is_open, line.late),
            *((one.pk, one.arrived_at, one.admitted_at, one.refused_at, one.left_at) for one in line.people),
        )
        for line in (*lists.today, *lists.unclosed)
    ]
    stamp = uuid.uuid5(uuid.NAMESPACE_OID, f"{now:%Y%m%d%H%M}{changing}").hex[:12]
    return {"lists": lists, "now": now, "stamp": stamp, "at_desk": is_desk(request.user)}


def _shares(request: SignedInRequest) -> dict[str, Any]:
    """One's own, or everybody's for who coordinates."""
    year = clock.today().year
    if is_coordinator(request.user):
        doctors = list(
            Practitioner.objects.active()
            .filter(profession__is_medical_doctor=True)
            .select_related("profession")
            .order_by("last_name", "pk")
        )
    else:
        own = practitioner_of(request.user)
        doctors = [own] if own is not None else []
    shares = shares_of(doctors, year)
    lines = [(one, shares[one.pk]) for one in doctors if one.pk in shares]
    return {"year": year, "shares": [line for line in lines if len(doctors) == 1 or line[1].by_video]}


def get_hosted(request: SignedInRequest, key: uuid.UUID) -> Participant:
    """The reader, who receives in this visit; 404 for everybody else."""
    host = get_participant(request, key)
    if not may_admit(host):
        raise Http404
    return host


def get_guest(visit_id: int, participant_key: uuid.UUID) -> Participant:
    found = Participant.objects.with_visit().filter(visit=visit_id, key=participant_key).first()
    if found is None:
        raise Http404
    return found


@require_POST
def admit_to_video(request: SignedInRequest, key: uuid.UUID, participant: uuid.UUID) -> HttpResponse:
    """Who admits goes into the call too, unless he is there already and asks for the list (`stay`)."""
    host = get_hosted(request, key)
    guest = get_guest(host.visit_id, participant)
    try:
        admission.admit(guest, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("teleconsult")
    return redirect("teleconsult") if "stay" in request.POST else redirect(host.visit)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse_video(request: SignedInRequest, key: uuid.UUID, participant: uuid.UUID) -> HttpResponse:
    host = get_hosted(request, key)
    guest = get_guest(host.visit_id, participant)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    sentence = ""
    if form.is_bound and form.is_valid():
        try:
            admission.refuse(guest, form.cleaned_data["note"], by=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(request, _("C’est dit. La personne lit votre mot."))
            return redirect("teleconsult")
    context = {"guest": guest, "visit": host.visit, "form": form, "sentence": sentence}
    return render(request, "teleconsult/refuse_video.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def renew_video_link(request: SignedInRequest, key: uuid.UUID, participant: uuid.UUID) -> HttpResponse:
    """By who receives, or the desk. The new link is shown once, to be read aloud where nothing could be sent."""
    visit = visits_for(request.user).filter(key=key).first()
    if visit is None or not (is_desk(request.user) or may_admit(get_participant(request, key))):
        raise Http404
    guest = get_guest(visit.pk, participant)
    if not guest.comes_by_link:
        raise Http404
    context: dict[str, Any] = {"guest": guest, "visit": guest.visit, "appointment": guest.visit.appointment}
    if request.method == "POST":
        try:
            context["sent"] = renewing.renew_link(guest, by=request.user)
            context["link"] = link_of(get_guest(visit.pk, participant))
        except Refusal as refusal:
            context["sentence"] = str(refusal.sentence)
    return render(request, "teleconsult/renew_video_link.html", context)
