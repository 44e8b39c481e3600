"""Another time for a visit: the form behind « Déplacer », and what the schedule sends when somebody drops one."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from appointments.access import get_rescheduling_of, get_visit_to_move, schedule_reader
from appointments.actions.reschedule import UNDO_FOR
from appointments.actions.reschedule import reschedule as reschedule_visit
from appointments.actions.undo_reschedule import undo_reschedule as put_back
from appointments.forms.reschedule import RescheduleForm
from appointments.models import Appointment, Rescheduling
from core import clock
from core.formats import french
from core.refusal import Refusal
from practitioners.access import editable_practitioners


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: SignedInRequest, pk: int) -> HttpResponse:
    visit = get_visit_to_move(request.user, pk)
    people = list(editable_practitioners(request.user).order_by("last_name", "first_name", "pk"))
    form = RescheduleForm(visit, people, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = reschedule_visit(visit, form.wish(), actor=request.user, seen_at=form.seen_at())
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return _moved(request, row, visit)
    if request.method == "POST" and _wants_json(request):
        sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return JsonResponse({"sentence": " ".join(sentences)}, status=409)
    reader = schedule_reader(request.user)
    context: dict[str, Any] = {
        "visit": visit,
        "form": form,
        "back": _schedule_of(clock.local(visit.start_at).date()),
        # The schedule's own rule: a sensitive reason is shown to whoever holds the visit.
        "hides_reason": visit.reason.is_sensitive and reader.practitioner_id != visit.practitioner_id,
    }
    status = 409 if form.non_field_errors() else 422 if form.errors else 200
    return render(request, "appointments/schedule/reschedule.html", context, status=status)


@require_POST
def undo_reschedule(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_rescheduling_of(request.user, pk)
    try:
        visit = put_back(row, actor=request.user)
    except Refusal as refusal:
        if _wants_json(request):
            return JsonResponse({"sentence": str(refusal.sentence)}, status=409)
        messages.error(request, str(refusal.sentence))
        return redirect(_schedule_of(clock.local(row.appointment.start_at).date()))
    sentence = _("Remis à %(hour)s. Le patient n’a rien reçu.") % {"hour": french.hour(visit.start_at)}
    if _wants_json(request):
        return JsonResponse({"sentence": sentence})
    messages.success(request, sentence)
    return redirect(_schedule_of(clock.local(visit.start_at).date()))


def _moved(request: SignedInRequest, row: Rescheduling | None, visit: Appointment) -> HttpResponse:
    visit.refresh_from_db(fields=["start_at", "end_at"])
    sentence = moved_sentence(visit) if row is not None else _("Rien n’a changé.")
    if _wants_json(request):
        undo = reverse("undo_reschedule", args=[row.pk]) if row is not None else ""
        return JsonResponse({"sentence": sentence, "undo": undo})
    if row is None:
        messages.info(request, sentence)
    back = _schedule_of(clock.local(visit.start_at).date(), moved=row.pk if row is not None else None)
    return redirect(back)


def just_moved(request: SignedInRequest) -> dict[str, str]:
    """What the schedule says after the form: the new time, and « Annuler » while that is possible."""
    key = request.GET.get("deplace", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        return {}
    row = Rescheduling.objects.filter(pk=int(key), moved_by=request.user, undone_at=None)
    fresh = row.filter(moved_at__gt=clock.now() - UNDO_FOR).select_related("appointment").first()
    if fresh is None:
        return {}
    undo_url = reverse("undo_reschedule", args=[fresh.pk])
    return {"sentence": moved_sentence(fresh.appointment), "undo_url": undo_url}


def moved_sentence(visit: Appointment) -> str:
    return _("Rendez-vous déplacé au %(day)s à %(hour)s.") % {
        "day": french.full_day(visit.start_at),
        "hour": french.hour(visit.start_at),
    }


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _schedule_of(day: date, moved: int | None = None) -> str:
    asked = {"jour": day.isoformat()} | ({"deplace": str(moved)} if moved is not None else {})
    return f"{reverse('schedule')}?{urlencode(asked)}"
