"""The workshops of the house for those who run them: describe, fix dates, count who came."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import workshop_access as access
from appointments.actions.plan_sessions import plan_sessions as do_plan
from appointments.actions.save_workshop import save_workshop
from appointments.actions.watch import Watched
from appointments.forms.workshop import DatesForm, WorkshopForm
from appointments.models import Workshop, WorkshopCycle
from appointments.workshop_access import Crew
from appointments.workshop_dates import PlannedDate, look_around, plan
from appointments.workshop_roster import attendance_table
from appointments.workshops import offers
from core import clock
from core.refusal import Refusal
from practitioners.house import the_house
from practitioners.models import Practitioner


@require_safe
def workshop_list(request: SignedInRequest) -> HttpResponse:
    """All workshops with their coming dates and how full they are."""
    who = access.crew(request.user)
    dates: dict[int, list[Any]] = {}
    for offer in offers(WorkshopCycle.objects.coming()):
        dates.setdefault(offer.cycle.workshop_id, []).append(offer)
    rows = [
        {
            "workshop": one,
            "title": who.title_of(one),
            "runs": who.may_run(one),
            "offers": dates.get(one.pk, []),
        }
        for one in access.staff_workshops(who).order_by("title", "pk")
    ]
    rows.sort(key=lambda row: (not row["runs"], not row["offers"]))
    return render(
        request, "appointments/desk/workshop_list.html", {"rows": rows, "may_create": who.may_create}
    )


@require_safe
def workshop_board(request: SignedInRequest, pk: int) -> HttpResponse:
    """One workshop with all its dates."""
    who = access.crew(request.user)
    workshop = access.get_workshop_for_staff(who, pk)
    now = clock.now()
    rows = offers(WorkshopCycle.objects.filter(workshop=workshop), now)
    context = _named(who, workshop) | {
        "coming": [offer for offer in rows if offer.coming],
        "past": [offer for offer in reversed(rows) if not offer.coming],
        "now": now,
    }
    return render(request, "appointments/desk/workshop_board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_workshop(request: SignedInRequest) -> HttpResponse:
    who = access.crew(request.user)
    centre = the_house().centre
    if not who.may_create or centre is None:
        raise Http404
    return _edit(request, who, Workshop(centre=centre), _("Nouvel atelier"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_workshop(request: SignedInRequest, pk: int) -> HttpResponse:
    who = access.crew(request.user)
    return _edit(request, who, access.get_workshop_to_run(who, pk), _("Modifier l’atelier"))


def _edit(request: SignedInRequest, who: Crew, workshop: Workshop, title: str) -> HttpResponse:
    own = None
    if not who.reader.is_desk:
        own = Practitioner.objects.filter(pk=who.reader.practitioner_id or 0).first()
    form = WorkshopForm(request.POST or None, instance=workshop, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            watched = save_workshop(form.instance, list(form.cleaned_data["animators"]), actor=request.user)
        except Refusal as refusal:
            form.add_error("animators", str(refusal.sentence))
        else:
            messages.success(request, _("L’atelier est enregistré."))
            _warn(request, watched)
            return redirect("workshop_board", form.instance.pk)
    context = {"form": form, "title": title, "workshop": workshop}
    status = 422 if form.errors else 200
    return render(request, "appointments/desk/edit_workshop.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_sessions(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Voir les dates » shows them with what is against each, « Enregistrer » keeps those that stay ticked."""
    who = access.crew(request.user)
    workshop = access.get_workshop_to_run(who, pk)
    form = DatesForm(workshop, request.POST if request.method == "POST" else None)
    dates: list[PlannedDate] = []
    kept: set[str] = set()
    sentence = ""
    if request.method == "POST" and form.is_valid():
        place, room = form.cleaned_data["place"], form.cleaned_data["room"]
        dates = plan(form.pattern(), place)
        look_around(dates, list(workshop.animators.all()), room)
        possible = {day.day.isoformat() for day in dates if not day.skipped and not day.conflicts}
        kept = possible
        if request.POST.get("step") == "save":
            kept = possible & set(request.POST.getlist("day"))
            times = [(day.start_at, day.end_at) for day in dates if day.day.isoformat() in kept]
            try:
                _cycles, watched = do_plan(
                    workshop,
                    times,
                    actor=request.user,
                    place=place,
                    room=room,
                    seats=form.cleaned_data["seats"],
                )
            except Refusal as refusal:
                sentence = str(refusal.sentence)
            else:
                messages.success(request, _("Les dates sont enregistrées."))
                _warn(request, watched)
                return redirect("workshop_board", pk)
    context = _named(who, workshop) | {
        "form": form,
        "dates": [(day, day.day.isoformat() in kept) for day in dates],
        "sentence": sentence,
    }
    status = 422 if form.errors or sentence else 200
    return render(request, "appointments/desk/plan_sessions.html", context, status=status)


@require_safe
@cache_control(private=True, no_store=True)
def attendance_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the reports; opens as it is in a French spreadsheet."""
    workshop = access.get_workshop_to_export(request.user, pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="presences-{workshop.pk}.csv"'
    csv.writer(response, delimiter=";").writerows(attendance_table(workshop))
    return response


def _named(who: Crew, workshop: Workshop) -> dict[str, Any]:
    return {"workshop": workshop, "title": who.title_of(workshop), "runs": who.may_run(workshop)}


def _warn(request: SignedInRequest, watched: Watched) -> None:
    if watched.stranded:
        messages.warning(
            request,
            _("Rendez-vous à replacer : %(number)s. Ils sont dans la liste « À replacer ».")
            % {"number": len(watched.stranded)},
        )
