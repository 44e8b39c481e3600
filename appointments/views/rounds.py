"""The round of a day: the list that lies on the passenger seat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.access import get_appointment_of_house, get_own_practice
from appointments.actions import arrange_round as arrange
from appointments.actions.mark_stop import mark_added, mark_visit
from appointments.actions.note_access import note_access as do_note
from appointments.forms.round import RoundForm, RoundStopForm
from appointments.models import StopState
from appointments.rounds import Leg, round_of
from core import clock
from core.refusal import Refusal
from patients.access import visible_patients
from patients.models import Patient
from practitioners.access import editable_practitioners, get_editable
from practitioners.models import Practitioner

FARTHEST = timedelta(days=366)


@require_safe
def my_round(request: SignedInRequest) -> HttpResponse:
    own = editable_practitioners(request.user).filter(user=request.user).first()
    if own is None:
        raise Http404
    return redirect("round", own.slug, clock.today().isoformat())


@require_safe
@never_cache
def round_page(request: SignedInRequest, slug: str, day: str) -> HttpResponse:
    return _page(request, get_editable(request.user, slug), _day(day))


def _page(
    request: SignedInRequest,
    practitioner: Practitioner,
    day: date,
    *,
    stop_form: RoundStopForm | None = None,
    round_form: RoundForm | None = None,
) -> HttpResponse:
    """Whoever makes the round sees how one gets in; the desk arranges it without."""
    is_own = practitioner.user_id == request.user.pk
    shown = round_of(practitioner, day, with_access=is_own)
    start = {"starts_at": shown.starts_at, "travel_minutes": shown.travel_minutes}
    context = {
        "shown": shown,
        "practitioner": practitioner,
        "is_own": is_own,
        "is_today": day == clock.today(),
        "round_form": round_form or RoundForm(initial=start, present=shown.travel_minutes),
        "stop_form": stop_form
        or (RoundStopForm(patients=_known(request, practitioner), day=day) if is_own else None),
    }
    wrong = any(form is not None and form.is_bound for form in (stop_form, round_form))
    return render(request, "appointments/desk/round.html", context, status=422 if wrong else 200)


@require_POST
def set_round(request: SignedInRequest, slug: str, day: str) -> HttpResponse:
    practitioner, when = get_editable(request.user, slug), _day(day)
    form = RoundForm(request.POST, present=10)
    if not form.is_valid():
        return _page(request, practitioner, when, round_form=form)
    arrange.set_round(practitioner, when, **form.cleaned_data, actor=request.user)
    return redirect("round", slug, day)


@require_POST
def add_stop(request: SignedInRequest, slug: str, day: str) -> HttpResponse:
    """Only whoever goes there chooses among the patients of his own care."""
    practitioner, when = get_own_practice(request.user, slug), _day(day)
    form = RoundStopForm(request.POST, patients=_known(request, practitioner), day=when)
    if not form.is_valid():
        return _page(request, practitioner, when, stop_form=form)
    return _done(
        request,
        practitioner,
        when,
        lambda: arrange.add_stop(practitioner, when, form.instance, actor=request.user),
    )


@require_POST
def change_stop(request: SignedInRequest, slug: str, day: str, key: str, step: str) -> HttpResponse:
    """Earlier, later, out of the list; seen, nobody there, not yet."""
    practitioner, when = get_editable(request.user, slug), _day(day)
    actor = request.user
    if step in (arrange.UP, arrange.DOWN):
        return _done(
            request,
            practitioner,
            when,
            lambda: arrange.move_stop(practitioner, when, key, step, actor=actor),
        )
    if step == "retirer":
        return _done(
            request, practitioner, when, lambda: arrange.remove_stop(practitioner, when, key, actor=actor)
        )
    if step not in StopState:
        raise Http404
    leg = _leg(practitioner, when, key)
    return _done(request, practitioner, when, lambda: _mark(request, leg, StopState(step)))


@require_POST
def arrange_round(request: SignedInRequest, slug: str, day: str) -> HttpResponse:
    practitioner, when = get_editable(request.user, slug), _day(day)
    arrange.arrange_by_hour(practitioner, when, actor=request.user)
    return redirect("round", slug, day)


@require_POST
def note_access(request: SignedInRequest, slug: str, day: str, key: str) -> HttpResponse:
    """Door codes are written by those who use them, never read or written at the desk."""
    practitioner, when = get_own_practice(request.user, slug), _day(day)
    leg = _leg(practitioner, when, key)
    do_note(leg.patient, request.POST.get("note", ""), actor=request.user)
    return redirect(_address(practitioner, when, key))


def _mark(request: SignedInRequest, leg: Leg, state: StopState) -> None:
    if leg.visit is not None:
        visit = get_appointment_of_house(request.user, leg.visit.reference)
        mark_visit(visit, state, actor=request.user)
    elif leg.stop is not None:
        mark_added(leg.stop, state, actor=request.user)


def _leg(practitioner: Practitioner, day: date, key: str) -> Leg:
    shown = round_of(practitioner, day, with_access=False)
    leg = next((one for one in shown.legs if one.key == key), None)
    if leg is None:
        raise Http404
    return leg


def _known(request: SignedInRequest, practitioner: Practitioner) -> QuerySet[Patient]:
    """The living patients of one's own care."""
    return visible_patients(request.user).filter(deceased_on=None).order_by("birth_name", "birth_first_names")


def _done(
    request: SignedInRequest, practitioner: Practitioner, day: date, act: Callable[[], Any]
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect(_address(practitioner, day))


def _address(practitioner: Practitioner, day: date, key: str = "") -> str:
    address = reverse("round", args=[practitioner.slug, day.isoformat()])
    return f"{address}#{key}" if key else address


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if abs(day - clock.today()) > FARTHEST:
        raise Http404
    return day
