"""The day's pool for unscheduled care, as the team sees and steers it."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.access import schedule_reader
from appointments.actions.decide_pool import decide_pool as decide
from appointments.models import UnscheduledRelease
from appointments.models.unscheduled import Decision
from appointments.unscheduled import free_today, openings_of_today, pool_of_today
from core import clock
from practitioners.access import editable_practitioners

HOURS = "hours"  # no decision: what the profession's hours say


@require_safe
def unscheduled_pool(request: SignedInRequest) -> HttpResponse:
    schedule_reader(request.user)
    now = clock.now()
    free = Counter(slot.opening.id for slot in free_today(now))
    open_now = pool_of_today(now, known=False)
    offered = Counter(slot.opening.id for offer in open_now.offers for slot in offer.slots)
    mine = set(editable_practitioners(request.user).values_list("pk", flat=True))
    lines = [
        {
            "opening": opening,
            "decision": getattr(opening, "pool_decision", None),
            "free": free[opening.pk],
            "offered": offered[opening.pk],
            "may_decide": opening.practitioner_id in mine and opening.end_at > now,
        }
        for opening in openings_of_today(now)
    ]
    releases = UnscheduledRelease.objects.select_related("profession").order_by("profession__position", "at")
    context = {"lines": lines, "releases": releases, "pool": open_now, "now": now}
    return render(request, "appointments/desk/unscheduled_pool.html", context)


@require_POST
def decide_pool(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open now, keep, or leave it to the hours again: the desk for all, a practitioner for himself."""
    mine = set(editable_practitioners(request.user).values_list("pk", flat=True))
    opening = next((one for one in openings_of_today(clock.now()) if one.pk == pk), None)
    decision = request.POST.get("decision", "")
    if opening is None or opening.practitioner_id not in mine or decision not in (HOURS, *Decision.values):
        raise Http404
    decide(opening, "" if decision == HOURS else decision, actor=request.user)
    messages.success(request, _("C’est noté."))
    return redirect("unscheduled_pool")
