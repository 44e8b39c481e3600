"""From a held slot to a confirmed appointment."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from appointments import access, eligibility, no_shows
from appointments.actions.book import HoldExpired, SlotClosed
from appointments.actions.book_for import book_for
from appointments.actions.move import move
from appointments.conditions import questions_of
from appointments.forms.booking import BookingForm, Person
from appointments.models import Appointment, Status
from appointments.supervision import answering_for
from appointments.views.hold import refused
from appointments.visitor import holder_of
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.access import patients_of
from patients.models import Patient


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit("book")
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """The held slot: sign in, say for whom, confirm. Sending it twice books once."""
    held = access.get_held_by(holder_of(request), reference)
    if held.status in (Status.BOOKED, Status.CANCELLED):
        return redirect("appointment", held.reference)
    if request.method != "POST" and not held.is_held_for(holder_of(request), clock.now()):
        return refused(request, HoldExpired(), held.reason, held.start_at, held.moving)
    if not isinstance(request.user, User):
        return render(request, "appointments/identify.html", _about(held))
    if held.moving_id is not None:
        return _confirm_move(request, held, request.user)
    return _confirm_booking(request, held, request.user)


def _confirm_booking(request: HttpRequest, held: Appointment, user: User) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = BookingForm(_people(user, held), data, questions_of(held.reason))
    sentence = None
    if request.method == "POST" and form.is_valid():
        try:
            appointment = book_for(
                held,
                form.whom_it_is(),
                holder=holder_of(request),
                user=user,
                patient_message=form.whom.cleaned_data["patient_message"],
                answers=form.questions.answers(),
            )
        except (HoldExpired, SlotClosed) as refusal:
            return refused(request, refusal, held.reason, held.start_at)
        except Refusal as refusal:
            sentence = refusal.sentence
        else:
            return redirect("appointment", appointment.reference)
    context = {**_about(held), "form": form, "sentence": sentence}
    status = 422 if request.method == "POST" else 200
    return render(request, "appointments/booking.html", context, status=status)


def _confirm_move(request: HttpRequest, held: Appointment, user: User) -> HttpResponse:
    assert held.moving is not None
    appointment = access.get_appointment_for(user, held.moving.reference)
    if request.method == "POST":
        try:
            move(appointment, held, holder=holder_of(request), actor=user)
        except Refusal as refusal:
            return refused(request, refusal, held.reason, held.start_at, appointment)
        return redirect("appointment", appointment.reference)
    return render(request, "appointments/confirm_move.html", {**_about(held), "appointment": appointment})


def _about(held: Appointment) -> dict[str, object]:
    left = held.held_until - clock.now() if held.held_until else None
    return {
        "held": held,
        "seconds": max(0, int(left.total_seconds())) if left else 0,
        "supervisor": answering_for([held]).get(held.pk),
    }


def _people(user: User, held: Appointment) -> list[Person]:
    patients = list(no_shows.with_missed(patients_of(user), clock.now()))
    known = eligibility.known_practitioners(patients) if patients else set()
    return [Person(patient, _why_not(held, patient, known)) for patient in patients]


def _why_not(held: Appointment, patient: Patient, known: set[tuple[int, int]]) -> str | None:
    """Costs no query."""
    is_known = (patient.pk, held.practitioner_id) in known
    refusal = eligibility.why_not(held.reason, patient, held.start_at, known=is_known)
    pause = no_shows.pause(patient)
    return refusal or (pause.sentence if pause else None)
