"""The patient reads when his team speaks of him, who, and what it decided; and may say no beforehand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, reads_health
from coordination import meeting_item_access as items
from coordination.actions.agenda import accept_item, oppose_item
from coordination.models import MinutesKind
from coordination.my_meetings import meetings_of_patients
from coordination.views.minutes import as_file
from core.audit.record import record
from core.refusal import Refusal
from patients.access import patients_of


@reads_health
@require_safe
@cache_control(private=True, no_store=True)
def my_meetings(request: SignedInRequest) -> HttpResponse:
    people = list(patients_of(request.user))
    context = {"coming": [], "past": [], "several": len(people) > 1}
    context["coming"], context["past"] = meetings_of_patients([patient.pk for patient in people])
    return render(request, "coordination/meetings/my_meetings.html", context)


@reads_health
@require_POST
def oppose_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    item = items.get_item_for_patient(request.user, pk)
    try:
        if request.POST.get("step") == "accept":
            accept_item(item, actor=request.user)
            messages.success(request, _("C’est noté : l’équipe pourra échanger."))
        else:
            oppose_item(item, actor=request.user)
            messages.success(request, _("C’est noté : l’équipe n’échangera pas à ce sujet."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("my_meetings")


@reads_health
@require_safe
@cache_control(private=True, no_store=True)
def my_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """His own sheet, the version that stands, where the team let him read it."""
    item = items.get_item_for_patient(request.user, pk)
    sheet = item.sheets.validated().order_by("-version").first()
    paper = sheet.minutes.filter(kind=MinutesKind.PATIENT).first() if sheet and sheet.is_shared else None
    if paper is None:
        raise Http404
    record(request.user, "meeting.sheet_read_by_patient", paper, patient_id=item.patient_id)
    return as_file(paper)
