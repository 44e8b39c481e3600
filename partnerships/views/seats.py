"""For whom the seats are kept: of a programme from a day on, or of one session."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions.set_seats import drop_programme_seats, set_programme_seats, set_session_seats
from partnerships.forms.seat import ProgrammeSeatsForm, SessionSeatsForm, quota_lines
from partnerships.models import SeatRule
from partnerships.seat_no_shows import missed_visits
from partnerships.seat_plans import Rules


@require_http_methods(["GET", "HEAD", "POST"])
def programme_seats(request: SignedInRequest, pk: int) -> HttpResponse:
    programme = access.get_programme_to_manage(request.user, pk)
    known = programme.seat_rules.on(clock.today()).first()
    form = ProgrammeSeatsForm(
        request.POST or None, instance=_copy(known, programme=programme), initial={"since": clock.today()}
    )
    lines = quota_lines(request.POST or None, known)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            since = form.cleaned_data["since"]
            set_programme_seats(form.instance, lines.quotas, since=since, actor=request.user)
        except Refusal as refusal:
            form.add_error("since", str(refusal.sentence))
        else:
            messages.success(request, _("Le partage des places est enregistré."))
            return redirect("programme", pk)
    context = {
        "title": _("Partage des places"),
        "programme": programme,
        "missed": missed_visits(programme),
    }
    return _page(request, form, lines, context)


@require_POST
def drop_seats(request: SignedInRequest, pk: int) -> HttpResponse:
    rule = access.get_seat_rule_to_manage(request.user, pk)
    drop_programme_seats(rule, actor=request.user)
    messages.success(request, _("Ce partage ne vaut plus : les places sont à tous."))
    return redirect("programme", rule.programme_id)


@require_http_methods(["GET", "HEAD", "POST"])
def session_seats(request: SignedInRequest, pk: int) -> HttpResponse:
    session = access.get_session_to_manage(request.user, pk)
    rule = Rules([session]).of(session)
    own = rule is not None and rule.session_id is not None
    form = SessionSeatsForm(
        request.POST or None,
        instance=_copy(rule, programme=session.programme),
        initial={"seats": session.seats, "has_own": own},
    )
    lines = quota_lines(request.POST or None, rule)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        data = form.cleaned_data
        try:
            set_session_seats(
                session,
                data["seats"],
                form.instance if data["has_own"] else None,
                lines.quotas,
                actor=request.user,
            )
        except Refusal as refusal:
            form.add_error("seats", str(refusal.sentence))
        else:
            messages.success(request, _("Les places de la séance sont enregistrées."))
            return redirect("consultation_session", pk)
    context = {
        "title": _("Places de la séance"),
        "programme": session.programme,
        "session": session,
        "missed": missed_visits(session.programme),
    }
    return _page(request, form, lines, context)


def _copy(rule: SeatRule | None, **fields: Any) -> SeatRule:
    """A new rule that begins with the figures of the one that holds."""
    new = SeatRule(**fields)
    for name in ("urgent_reserve", "reserve_release_days", "quota_release_days", "overbooking_percent"):
        if rule is not None:
            setattr(new, name, getattr(rule, name))
    return new


def _page(request: SignedInRequest, form: Any, lines: Any, context: dict[str, Any]) -> HttpResponse:
    """What was typed is kept; a refused form answers 422."""
    context |= {"form": form, "lines": lines, "partner": context["programme"].partner}
    refused = bool(form.errors) or (lines.is_bound and not lines.is_valid())
    return render(request, "partnerships/set_seats.html", context, status=422 if refused else 200)
