"""« Sans rendez-vous »: the queue beside the day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from appointments import walk_ins as queue
from appointments.actions import walk_in as acts
from appointments.forms.walk_in import RecogniseForm, SeatForm, WalkInForm
from appointments.models import WalkIn
from core.refusal import Refusal
from patients.access import visible_patients
from patients.search import find_patients
from practitioners.access import editable_practitioners
from practitioners.models import Practitioner


def _people(request: SignedInRequest) -> list[Practitioner]:
    people = list(
        editable_practitioners(request.user)
        .select_related("profession")
        .order_by("profession__position", "last_name", "pk")
    )
    if not people:
        raise Http404
    return people


@require_http_methods(["GET", "HEAD", "POST"])
def walk_ins(request: SignedInRequest) -> HttpResponse:
    people = _people(request)
    form = WalkInForm(people, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = acts.join_queue(**form.chosen, actor=request.user)
        messages.success(request, _("%s est dans la file.") % found.first_name)
        return redirect("walk_ins")
    context = {"form": form, "queue": queue.queue_for(request.user, people)}
    return render(request, "appointments/desk/walk_ins.html", context, status=422 if form.is_bound else 200)


@require_POST
def call_next(request: SignedInRequest) -> HttpResponse:
    waiting = queue.queue_for(request.user, _people(request))
    try:
        found = acts.call_next(waiting, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("walk_ins")
    messages.success(request, _("Au tour de %s.") % found.name)
    return redirect("walk_in", found.pk)


@require_POST
def move_walk_in(request: SignedInRequest, pk: int, move: str) -> HttpResponse:
    walk_in = queue.get_walk_in(request.user, pk)
    if move not in acts.Move:
        raise Http404
    try:
        acts.move_walk_in(walk_in, acts.Move(move), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("walk_ins")


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who it is, then with whom: an appointment from now on."""
    found = queue.get_walk_in(request.user, pk)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "seat":
        return _seat(request, found)
    if step == "recognise":
        return _recognise(request, found)
    return _page(request, found, search=RecogniseForm(request.POST) if step == "search" else RecogniseForm())


def _recognise(request: SignedInRequest, found: WalkIn) -> HttpResponse:
    key = request.POST.get("patient", "")
    patients = visible_patients(request.user).filter(pk=int(key) if key.isascii() and key.isdigit() else 0)
    patient = patients.first()
    if patient is None:
        raise Http404
    try:
        acts.recognise(found, patient, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("walk_ins")
    return redirect("walk_in", found.pk)


def _seat(request: SignedInRequest, found: WalkIn) -> HttpResponse:
    form = SeatForm(queue.reasons_for(request.user, found), request.POST)
    if not form.is_valid():
        return _page(request, found, seat=form, status=422)
    try:
        appointment = acts.seat_walk_in(found, form.chosen, actor=request.user)
    except Refusal as refusal:
        return _page(request, found, seat=form, status=409, sentence=str(refusal.sentence))
    messages.success(request, _("%s est attendu maintenant, dans la liste du jour.") % found.name)
    return redirect(f"{reverse('my_day')}?qui={appointment.practitioner.slug}")


def _page(
    request: SignedInRequest,
    found: WalkIn,
    *,
    search: RecogniseForm | None = None,
    seat: SeatForm | None = None,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"walk_in": found, "sentence": sentence}
    if found.patient is not None:
        context["seat"] = seat or SeatForm(queue.reasons_for(request.user, found))
    else:
        context["search"] = search or RecogniseForm()
        if search is not None and search.is_bound:
            status = 200 if search.is_valid() else 422
            data = search.cleaned_data
            context["patients"] = (
                list(find_patients(request.user, data["naissance"], data["lettres"]))
                if status == 200
                else None
            )
    return render(request, "appointments/desk/walk_in.html", context, status=status)
