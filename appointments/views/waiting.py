"""The patient asks to be told when a time becomes free, and reads where his request stands."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments import access
from appointments.actions.ask_waiting import ask_waiting
from appointments.actions.change_request import end_request, resume_request
from appointments.forms.waiting import AskWaitingForm, WaitingForm
from appointments.models import Appointment, VisitReason
from appointments.search import online_reasons
from core import clock
from core.refusal import Refusal
from patients.access import patients_of
from practitioners.models import Practitioner


@require_safe
def my_waiting(request: SignedInRequest) -> HttpResponse:
    rows = access.waiting_of(request.user)
    return render(
        request,
        "appointments/space/waiting.html",
        {"requests": [row for row in rows if row.is_live], "past": [row for row in rows if not row.is_live]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask_place(request: SignedInRequest) -> HttpResponse:
    """« Être prévenu·e si un rendez-vous se libère »: from the results, when nothing suits."""
    reasons = [one for one in online_reasons() if one.category.slug == request.GET.get("motif", "")]
    if not reasons:
        raise Http404
    people = list(patients_of(request.user))
    if not people:
        messages.info(request, _("Complétez d’abord votre identité : la liste d’attente a besoin d’un nom."))
        return redirect("my_identity")
    who = request.GET.get("praticien", "")
    form = AskWaitingForm(
        request.POST if request.method == "POST" else None,
        people=people,
        practitioners=_people(reasons),
        chosen=[one.practitioner_id for one in reasons if one.practitioner.slug == who],
    )
    sentence = ""
    if request.method == "POST" and form.is_valid():
        wish = form.request_for(form.patient, reasons[0].category)
        try:
            ask_waiting(wish, form.chosen(), actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            return _asked(request)
    return _form(request, form, sentence, category=reasons[0].category)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_earlier(request: SignedInRequest, reference: str) -> HttpResponse:
    """« Me prévenir si un rendez-vous se libère plus tôt »: the visit stays until a better one is accepted."""
    current = access.get_appointment_for(request.user, reference)
    if not current.can_change_online(clock.now()):
        return redirect("appointment", reference)
    reasons = [one for one in online_reasons() if one.category_id == current.reason.category_id]
    people = {current.practitioner_id: current.practitioner}
    people |= {one.pk: one for one in _people(reasons)}
    form = WaitingForm(
        request.POST if request.method == "POST" else None,
        practitioners=list(people.values()),
        chosen=[current.practitioner_id],
        current=current,
    )
    sentence = ""
    if request.method == "POST" and form.is_valid():
        assert current.patient is not None, "a booked visit is somebody's"
        wish = form.request_for(current.patient, current.reason.category)
        try:
            ask_waiting(wish, form.chosen(), actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            return _asked(request)
    return _form(request, form, sentence, current=current)


def _people(reasons: list[VisitReason]) -> list[Practitioner]:
    return list({reason.practitioner_id: reason.practitioner for reason in reasons}.values())


def _asked(request: SignedInRequest) -> HttpResponse:
    messages.success(request, _("C’est noté : nous vous écrirons dès qu’un rendez-vous vous convient."))
    return redirect("my_waiting")


def _form(
    request: SignedInRequest,
    form: WaitingForm,
    sentence: str,
    *,
    category: object = None,
    current: Appointment | None = None,
) -> HttpResponse:
    context = {"form": form, "sentence": sentence, "category": category, "current": current}
    status = 422 if form.errors else 409 if sentence else 200
    return render(request, "appointments/space/ask_waiting.html", context, status=status)


@require_POST
def leave_list(request: SignedInRequest, pk: int) -> HttpResponse:
    end_request(access.get_waiting_for(request.user, pk), actor=request.user)
    messages.success(request, _("Vous n’êtes plus sur cette liste d’attente."))
    return redirect("my_waiting")


@require_POST
def resume_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        resume_request(access.get_waiting_for(request.user, pk), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Votre demande est reprise."))
    return redirect("my_waiting")
