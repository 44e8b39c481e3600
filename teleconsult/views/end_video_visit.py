"""After the call: how it went, the word to the attending doctor, what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from appointments.models import Appointment
from core import clock
from core.refusal import Refusal
from patients.access import practitioner_of
from teleconsult.actions import end_video_visit as ending
from teleconsult.forms.video import ReportForm
from teleconsult.models import Participant, VideoVisit
from teleconsult.views.teleconsult import get_hosted

OUTCOMES: dict[str, Callable[..., VideoVisit]] = {
    "done": ending.finish,
    "missed": ending.note_missed,
    "by_phone": ending.interrupt,
}


@require_http_methods(["GET", "HEAD", "POST"])
def end_video_visit(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    host = get_hosted(request, key)
    if request.method != "POST":
        return _page(request, host)
    act = OUTCOMES.get(request.POST.get("outcome", ""))
    try:
        if act is None:
            raise Refusal(_("Dites comment le rendez-vous s’est passé."))
        act(host.visit, by=request.user)
    except Refusal as refusal:
        return _page(request, host, str(refusal.sentence), status=409)
    return redirect("end_video_visit", key)


@require_POST
def report_video_visit(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    host = get_hosted(request, key)
    form = ReportForm(request.POST)
    author = practitioner_of(request.user)
    if not form.is_valid() or not form.cleaned_data["text"].strip() or author is None:
        if form.is_valid():
            form.add_error("text", _("Écrivez quelques mots."))
        return _page(request, host, form=form, status=422)
    if ending.write_report(host.visit, form.cleaned_data["text"], author, by=request.user):
        messages.success(request, _("Le compte rendu est au dossier."))
    return redirect("end_video_visit", key)


def _next_visit(appointment: Appointment) -> str:
    """The booking page of the house, with this patient, this kind of visit and this professional filled in."""
    wish = {"motif": appointment.reason.category.slug, "praticien": appointment.practitioner.slug}
    return f"{reverse('book_for_patient', args=[appointment.patient_id])}?{urlencode(wish)}"


def _page(
    request: SignedInRequest,
    host: Participant,
    sentence: str = "",
    form: ReportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    visit, now = host.visit, clock.now()
    appointment = visit.appointment
    context = {
        "visit": visit,
        "appointment": appointment,
        "patient": appointment.patient,
        "form": form or ReportForm(),
        "sentence": sentence,
        "book_url": _next_visit(appointment),
        "may_be_missed": visit.started_at is None and now >= appointment.start_at,
    }
    return render(request, "teleconsult/end_video_visit.html", context, status=status)
