"""The public page of one practitioner: who he is, where, and the next times that he can be seen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.eligibility import practitioners_knowing
from appointments.models import VisitReason
from appointments.search import Wish
from appointments.weeks import week_of
from core import clock
from practitioners.access import listed_practitioner


@login_not_required
@require_safe
def practitioner(request: HttpRequest, slug: str) -> HttpResponse:
    somebody = listed_practitioner(slug)
    reasons = list(
        VisitReason.objects.online()
        .filter(practitioner=somebody)
        .select_related("practitioner__profession", "category")
        .order_by("position", "pk")
    )
    wish = Wish.read({"du": request.GET.get("du", "")}, clock.today())
    chosen = next((one for one in reasons if str(one.pk) == request.GET.get("pour")), None)
    week = None
    if reasons:
        asked = [chosen] if chosen else reasons[:1]
        week = week_of(wish, asked, practitioners_knowing(request.user), clock.now())
    context = {
        "practitioner": somebody,
        "reasons": reasons,
        "week": week,
        "kept": f"pour={week.rows[0].reason.pk}" if week else "",
    }
    return render(request, "practitioners/practitioner.html", context)
