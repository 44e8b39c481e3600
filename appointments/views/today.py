"""« Besoin de voir quelqu'un aujourd'hui ? »: a few questions, then what is left of today. Nothing answered is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import eligibility
from appointments.actions.hold import hold
from appointments.models import SafetyQuestion
from appointments.unscheduled import POOL, Pool, holds, pool_of_today, ticket
from appointments.visitor import become_holder
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit

YES, NO = "oui", "non"


def pool_for(request: HttpRequest) -> Pool:
    known = bool(eligibility.practitioners_knowing(request.user))
    return pool_of_today(clock.now(), known=known)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def today(request: HttpRequest) -> HttpResponse:
    """One « oui » leads to the 15 at once; « non » to all to the times that are left."""
    questions = list(SafetyQuestion.objects.in_use())
    context: dict[str, Any] = {"questions": questions, "missing": set()}
    if request.method == "POST" and questions:
        answers = {question.pk: request.POST.get(f"q{question.pk}", "") for question in questions}
        if YES in answers.values():
            return render(request, "appointments/today/call_15.html")
        context["missing"] = {pk for pk, answer in answers.items() if answer != NO}
        if not context["missing"]:
            return redirect(f"{reverse('today_slots')}?jeton={ticket()}")
    context["pool"] = pool_for(request)
    status = 422 if context["missing"] else 200
    return render(request, "appointments/today/questions.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def today_slots(request: HttpRequest) -> HttpResponse:
    signed = request.GET.get("jeton", "")
    if not holds(signed):
        return redirect("today")
    context = {"pool": pool_for(request), "jeton": signed}
    return render(request, "appointments/today/slots.html", context)


@login_not_required
@require_POST
@limit("hold")
def hold_today(request: HttpRequest) -> HttpResponse:
    signed = request.POST.get("jeton", "")
    if not holds(signed):
        return redirect("today")
    slot = pool_for(request).find(request.POST.get("slot", ""))
    try:
        if slot is not None:
            holder = become_holder(request)
            held = hold(slot.reason, slot.start_at, holder=holder, audiences=POOL, ignore_notice=True)
            return redirect("booking", held.reference)
    except Refusal:
        pass  # somebody was faster: the page below shows what is left
    messages.error(request, _("Ce créneau vient d’être pris. Voici ceux qui restent."))
    return redirect(f"{reverse('today_slots')}?jeton={signed}")
