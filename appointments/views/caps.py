"""What the law allows: read by those who work here, set by the administrator; a new episode of care for a patient."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, is_administrator
from appointments.access import may_read_schedule
from appointments.actions.set_cap import end_cap, open_episode, set_cap
from appointments.forms.cap import CapForm, EpisodeForm
from appointments.models import BookingCap, Period, Programme
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_practitioner, practitioner_of, reason_of_care
from practitioners.house import the_house


@require_http_methods(["GET", "HEAD", "POST"])
def booking_caps(request: SignedInRequest) -> HttpResponse:
    centre, may_set = the_house().centre, is_administrator(request.user)
    if centre is None or not may_read_schedule(request.user) or (request.method == "POST" and not may_set):
        raise Http404
    form = CapForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            set_cap(centre, **{**data, "period": Period(data["period"])}, actor=request.user)
        except Refusal as refusal:
            form.add_error("since", str(refusal.sentence))
        else:
            messages.success(
                request, _("Le plafond est enregistré. Les rendez-vous déjà pris ne changent pas.")
            )
            return redirect("booking_caps")
    caps = BookingCap.objects.filter(programme__centre=centre).select_related("programme")
    context = {
        "form": form,
        "may_set": may_set,
        "caps": caps.order_by("programme__name", "-since"),
        "today": clock.today(),
        "known": Programme.objects.filter(centre=centre).order_by("name"),
    }
    return render(request, "cabinet/booking_caps.html", context, status=422 if form.is_bound else 200)


@require_POST
def end_booking_cap(request: SignedInRequest, pk: int) -> HttpResponse:
    if not is_administrator(request.user):
        raise Http404
    try:
        end_cap(get_object_or_404(BookingCap, pk=pk), actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Ce plafond prend fin ce soir."))
    return redirect("booking_caps")


@require_http_methods(["GET", "HEAD", "POST"])
def open_care_episode(request: SignedInRequest, pk: int, programme_pk: int) -> HttpResponse:
    """By a professional who takes part in the care: a diagnosis, or another problem, begins the count anew."""
    patient = get_patient_for_practitioner(request.user, pk)
    practitioner = practitioner_of(request.user)
    if practitioner is None or reason_of_care(patient, practitioner) is None:
        raise Http404
    programme = get_object_or_404(Programme, pk=programme_pk)
    form = EpisodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        open_episode(patient, programme, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Un nouvel épisode commence aujourd’hui : le compte repart de zéro."))
        return redirect("patient_record", pk)
    context = {"patient": patient, "programme": programme, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "appointments/desk/open_care_episode.html", context, status=status)
