"""« Rendez-vous à replacer »: patients who still expect to come at a time that is no longer open."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.actions.cancel import cancel
from appointments.actions.settle_disruption import settle_disruption
from appointments.models import Disruption
from appointments.models.disruption import DisruptionQuerySet, Outcome
from core.refusal import Refusal
from practitioners.access import editable_practitioners


def _worklist(request: SignedInRequest) -> DisruptionQuerySet:
    """Only for whom this account answers; whoever answers for nobody has no list."""
    mine = editable_practitioners(request.user)
    found = Disruption.objects.open().filter(appointment__practitioner__in=mine)
    return found.select_related(
        "appointment__patient", "appointment__practitioner", "appointment__reason", "appointment__place"
    )


def _line(request: SignedInRequest, reference: str) -> Disruption:
    line = _worklist(request).filter(appointment__reference=reference).first()
    if line is None:
        raise Http404
    return line


@require_safe
def disruptions(request: SignedInRequest) -> HttpResponse:
    if not editable_practitioners(request.user).exists():
        raise Http404
    lines = _worklist(request).order_by("appointment__start_at", "pk")
    return render(request, "cabinet/disruptions.html", {"lines": lines})


@require_POST
def keep_disrupted(request: SignedInRequest, reference: str) -> HttpResponse:
    """The patient comes at this time all the same."""
    line = _line(request, reference)
    settle_disruption(line.appointment_id, Outcome.KEPT, actor=request.user)
    messages.success(request, _("Le rendez-vous est maintenu."))
    return redirect("disruptions")


@require_POST
def cancel_disrupted(request: SignedInRequest, reference: str) -> HttpResponse:
    """The patient is told at once, with the way to another time."""
    line = _line(request, reference)
    try:
        cancel(line.appointment, actor=request.user, note=str(line.get_cause_display()), by_staff=True)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Le rendez-vous est annulé et le patient prévenu."))
    return redirect("disruptions")
