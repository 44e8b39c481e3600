"""« Déplacer plusieurs rendez-vous » : ticked, shown whole with each new time, then confirmed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments.actions.move_many import move_many as do_move
from appointments.forms.move_many import MoveManyForm
from appointments.models import Appointment, Status
from appointments.moving_many import plan
from core import clock
from practitioners.access import editable_practitioners, get_editable


@require_http_methods(["GET", "HEAD", "POST"])
def move_many(request: SignedInRequest, slug: str, day: str) -> HttpResponse:
    """Asked by the address; only the confirmation writes."""
    practitioner = get_editable(request.user, slug)
    first, end = clock.day_bounds(_day(day))
    visits = Appointment.objects.with_details().filter(
        practitioner=practitioner,
        status=Status.BOOKED,
        start_at__gte=first,
        start_at__lt=end,
        start_at__gt=clock.now(),
    )
    people = editable_practitioners(request.user).select_related("profession", "centre")
    data = request.POST if request.method == "POST" else request.GET if "vers" in request.GET else None
    form = MoveManyForm(
        list(people.order_by("last_name", "pk")),
        list(visits.order_by("start_at", "pk")),
        data,
        initial={"vers": slug, "nouveau": _day(day) + timedelta(days=7)},
    )
    context: dict[str, Any] = {"form": form, "practitioner": practitioner, "day": _day(day), "own": slug}
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            return _move(request, form, context)
        context["lines"] = plan(form.selected, form.target, clock.now())
        context["target"] = form.target
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "appointments/desk/move_many.html", context, status=status)


def _move(request: SignedInRequest, form: MoveManyForm, context: dict[str, Any]) -> HttpResponse:
    orders = form.orders(request.POST.getlist("ligne"))
    results = do_move(orders, form.target.practitioner, actor=request.user)
    moved = sum(not result.sentence for result in results)
    if moved:
        words = ngettext(
            "%d rendez-vous est déplacé, le patient est prévenu.",
            "%d rendez-vous sont déplacés, les patients sont prévenus.",
            moved,
        )
        messages.success(request, words % moved)
    refused = [result for result in results if result.sentence]
    if refused or not results:
        return render(request, "appointments/desk/move_many.html", context | {"refused": refused}, status=409)
    return redirect(
        f"{reverse('my_day')}?qui={form.target.practitioner.slug}&jour={form.target.day.isoformat()}"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
