"""A date for the team: found, fixed, changed, called off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments.workshop_dates import plan as unfold
from coordination import meeting_access as access
from coordination.actions import plan_meeting as planning
from coordination.forms.meeting import MoveForm, PlanForm
from coordination.meeting_dates import Wanted, conflicts, propose
from core import clock
from core.refusal import Refusal
from practitioners.house import the_house
from practitioners.models import Centre

SEARCHED = timedelta(weeks=6)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_meeting(request: SignedInRequest) -> HttpResponse:
    """« Chercher une date » proposes, « Voir les dates » shows, « Fixer et inviter » does it."""
    reader = access.inside_reader(request.user)
    centre = the_house().centre
    if centre is None:
        raise Http404
    form = PlanForm(centre, reader.practitioner, _posted(request))
    context: dict[str, Any] = {"form": form, "proposals": None, "dates": [], "sentence": ""}
    if form.is_bound and form.is_valid():
        step = form.data.get("step")
        if step == "find":
            context["proposals"] = propose(centre, _wanted(form))
        else:
            context["dates"] = _dates(form)
        if step == "save":
            try:
                found = planning.plan_meetings(_plan(form, centre), _kept(form, request), actor=request.user)
            except Refusal as refusal:
                context["sentence"] = refusal.sentence
            else:
                messages.success(request, _("La date est fixée et les invitations partent."))
                return redirect("meeting", found[0].pk)
    status = 422 if form.errors or context["sentence"] else 200
    return render(request, "coordination/meetings/plan_meeting.html", context, status=status)


def _posted(request: HttpRequest) -> QueryDict | None:
    """A date that was picked among the proposals fills the fields as if it had been typed."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    try:
        start = clock.local(datetime.fromisoformat(data.get("pick", "")))
    except (ValueError, OverflowError):
        return data
    data["day"], data["start_time"], data["step"] = start.date().isoformat(), f"{start:%H:%M}", "preview"
    return data


def _wanted(form: PlanForm) -> Wanted:
    data = form.cleaned_data
    first = data["day"] or clock.today() + timedelta(days=1)
    return Wanted(
        required=form.required_list,
        others=form.others_list,
        minutes=data["minutes"],
        first_day=first,
        last_day=first + SEARCHED,
        room=data["room"],
    )


def _dates(form: PlanForm) -> list[dict[str, Any]]:
    """Each day with what is in its way."""
    rows = []
    names = {one.pk: one for one in form.people}
    for day in unfold(form.pattern(), form.cleaned_data["place"]):
        found = {} if day.skipped else conflicts(form.people, day.start_at, day.end_at)
        missing = [(names[key], hits[0][2]) for key, hits in found.items() if hits]
        rows.append({"day": day, "missing": missing})
    return rows


def _kept(form: PlanForm, request: HttpRequest) -> list[tuple[datetime, datetime]]:
    ticked = set(request.POST.getlist("date"))
    return [
        (day.start_at, day.end_at)
        for day in unfold(form.pattern(), form.cleaned_data["place"])
        if not day.skipped and (not ticked or day.day.isoformat() in ticked)
    ]


def _plan(form: PlanForm, centre: Centre) -> planning.Plan:
    data = form.cleaned_data
    return planning.Plan(
        centre=centre,
        kind=data["kind"],
        title=data["title"],
        place=data["place"],
        room=data["room"],
        chair=data["chair"],
        required=form.required_list,
        others=form.others_list,
        remote_link=data["remote_link"],
        every_n_weeks=data["every_n_weeks"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_meeting_to_arrange(access.reader_of(request.user), pk)
    form = MoveForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            planning.move_meeting(
                found,
                start_at=form.start_at,
                end_at=form.end_at,
                place=data["place"],
                room=data["room"],
                actor=request.user,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("La réunion est déplacée : chacun est prévenu et répond de nouveau."))
            return redirect("meeting", pk)
    context = {"form": form, "meeting": found}
    status = 422 if form.errors else 200
    return render(request, "coordination/meetings/move_meeting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says what happens to the agenda, then does it."""
    found = access.get_meeting_to_arrange(access.reader_of(request.user), pk)
    if request.method == "POST":
        try:
            planning.cancel_meeting(
                found, actor=request.user, reason=request.POST.get("reason", "").replace("\x00", "")
            )
            messages.success(request, _("La réunion est annulée et les invités sont prévenus."))
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        return redirect("meeting", pk)
    context = {"meeting": found, "points": found.items.standing().count()}
    return render(request, "coordination/meetings/cancel_meeting.html", context)
