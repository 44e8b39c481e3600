"""« Ma journée »: the list of the day, its one-tap states, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import access
from appointments.actions.change_state import Step, change_state
from appointments.actions.note_for_team import note_for_team
from appointments.day import day_of
from appointments.duties import duties, tools
from appointments.duties import unreached as messages_unreached
from appointments.models import Absence, Appointment, Delay
from appointments.models.absence import AbsenceKind
from appointments.views.calendar_notices import calendar_notices
from appointments.walk_ins import queue_for
from appointments.workshops import sessions_on
from core import clock
from core.outbox import registry
from core.refusal import Refusal
from practitioners.access import editable_practitioners
from practitioners.models import Practitioner

FARTHEST = timedelta(days=366)
MOST_UNREACHED = 100


@dataclass(frozen=True)
class Asked:
    """Whose day and which one: read from the address, kept in every link of the page."""

    people: list[Practitioner]
    chosen: Practitioner | None
    own: Practitioner | None
    day: date

    @property
    def shown(self) -> list[int]:
        return [self.chosen.pk] if self.chosen else [one.pk for one in self.people]

    @property
    def who(self) -> str:
        return self.chosen.slug if self.chosen else "tous"

    def address(self, day: date) -> str:
        return "?" + urlencode({"jour": day.isoformat(), "qui": self.who})


def _asked(request: SignedInRequest) -> Asked:
    people = list(
        editable_practitioners(request.user).select_related("profession").order_by("last_name", "pk")
    )
    if not people and not is_desk(request.user):
        raise Http404
    own = next((one for one in people if one.user_id == request.user.pk), None)
    who = request.GET.get("qui", "")
    chosen = next((one for one in people if one.slug == who), None)
    if chosen is None and who not in ("", "tous"):
        raise Http404
    today = clock.today()
    try:
        day = date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        day = today
    day = min(max(day, today - FARTHEST), today + FARTHEST)
    return Asked(people, own if chosen is None and who != "tous" else chosen, own, day)


def _page(request: SignedInRequest, asked: Asked, sentence: str = "") -> dict[str, Any]:
    now = clock.now()
    shown = day_of(asked.shown, asked.day, now=now, owner=asked.own.pk if asked.own else None)
    return {
        "asked": asked,
        "shown": shown,
        "is_today": asked.day == clock.today(),
        "here": asked.address(asked.day),
        "earlier": asked.address(shown.earlier),
        "later": asked.address(shown.later),
        "sentence": sentence,
        "now": now,
    }


@require_safe
def my_day(request: SignedInRequest) -> HttpResponse:
    asked = _asked(request)
    context = _page(request, asked) | {"tools": tools(request.user)}
    waiting = duties(request.user, [one.pk for one in asked.people], clock.now())
    context["waiting"] = waiting + calendar_notices(request.user, asked.own)
    context["blocks"] = _blocks(asked)
    context["workshops"] = sessions_on(asked.day, asked.shown)
    if asked.day == clock.today():
        context["queue"] = queue_for(request.user, asked.people)
        rows = Delay.objects.in_force().filter(practitioner__in=asked.shown)
        context["delays"] = rows.select_related("practitioner").order_by("practitioner__last_name", "pk")
    return render(request, "appointments/desk/my_day.html", context)


@require_POST
def change_visit(request: SignedInRequest, reference: str, step: str) -> HttpResponse:
    """One tap: the list anew; without script, the page anew."""
    appointment = access.get_appointment_of_house(request.user, reference)
    if step not in Step:
        raise Http404
    sentence = ""
    try:
        change_state(appointment, Step(step), actor=request.user, note=request.POST.get("note", ""))
    except Refusal as refusal:
        sentence = str(refusal.sentence)
    return _answer(request, sentence)


@require_POST
def note_visit(request: SignedInRequest, reference: str) -> HttpResponse:
    appointment = access.get_appointment_of_house(request.user, reference)
    note_for_team(appointment, request.POST.get("note", ""), actor=request.user)
    return _answer(request)


def _answer(request: SignedInRequest, sentence: str = "") -> HttpResponse:
    asked = _asked(request)
    if request.headers.get("HX-Request"):
        context = _page(request, asked, sentence)
        return render(request, "appointments/desk/day_list.html", context, status=409 if sentence else 200)
    if sentence:
        messages.error(request, sentence)
    return redirect(reverse("my_day") + asked.address(asked.day))


def _blocks(asked: Asked) -> QuerySet[Absence]:
    """Private times of the day; whoever sees this page may read their words."""
    start, end = clock.day_bounds(asked.day)
    found = Absence.objects.filter(
        practitioner__in=asked.shown, kind=AbsenceKind.PRIVATE, start_at__lt=end, end_at__gt=start
    )
    return found.select_related("practitioner").order_by("start_at", "pk")


@require_safe
def unreached(request: SignedInRequest) -> HttpResponse:
    """Whom no message reached, with the telephone: the team calls."""
    people = list(editable_practitioners(request.user).values_list("pk", flat=True))
    if not people:
        raise Http404
    rows = list(messages_unreached(people, clock.now())[:MOST_UNREACHED])
    visits = Appointment.objects.with_details().in_bulk({row.subject_id for row in rows if row.subject_id})
    labels = {kind.name: kind.label for kind in registry.all_kinds()}
    lines = [
        (row, labels.get(row.kind, row.kind), visits[row.subject_id])
        for row in rows
        if row.subject_id in visits
    ]
    lines.sort(key=lambda line: (line[2].start_at, line[0].pk))
    return render(request, "appointments/desk/unreached.html", {"lines": lines})
