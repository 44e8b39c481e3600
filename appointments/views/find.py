"""Finding a slot: the public search, and the coming slots of one practitioner."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.eligibility import practitioners_knowing
from appointments.search import Wish, choices, online_reasons, reasons_for
from appointments.weeks import week_of
from core import clock


@login_not_required
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """« Qui ? Pour quoi ? Quand ? » and the week that answers."""
    wish = Wish.read(request.GET.dict(), clock.today())
    reasons = online_reasons()
    week = week_of(wish, reasons_for(wish, reasons), practitioners_knowing(request.user), clock.now())
    kept = request.GET.copy()
    for name in ("du", "quand", "page"):
        kept.pop(name, None)
    context = {"wish": wish, "week": week, "choices": choices(reasons), "kept": kept.urlencode()}
    return render(request, "appointments/find.html", context)
