"""« À deux »: two professionals for one patient, together or one after the other, booked in one tap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, is_desk
from appointments.actions.book_joint import PairLost, book_in_turn, book_together
from appointments.forms.joint import JointForm
from appointments.forms.staff import OriginForm
from appointments.joint import JointWish, Pair, earliest, joint_slots
from appointments.models import Appointment
from appointments.staff_search import staff_reasons
from appointments.views.series_draft import origin_of, request_key
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is asked stands in the address; one button books both or none."""
    patient = get_patient_for_staff(request.user, pk)
    form = JointForm(staff_reasons(), request.GET if "un" in request.GET else None)
    pairs: list[Pair] | None = None
    sentence = ""
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            try:
                booked = _book(request, patient, form.wish())
            except Refusal as refusal:
                sentence = str(refusal.sentence)
            else:
                return redirect("booked_for_patient", pk, booked.reference)
        pairs = _pairs(form, patient)
    context = {
        "patient": patient,
        "form": form,
        "pairs": pairs,
        "sentence": sentence,
        "key": request_key(request.POST),
        "address": request.get_full_path(),
        "origin": OriginForm(initial={"origin": origin_of(request)}) if is_desk(request.user) else None,
    }
    status = 409 if sentence else 422 if form.errors else 200
    return render(request, "appointments/desk/joint.html", context, status=status)


def _pairs(form: JointForm, patient: Patient) -> list[Pair]:
    now = clock.now()
    start, end = form.window(now)
    found = earliest(form.wish(), patient, start, end, now=now, half=form.cleaned_data["moment"])
    return sorted(found, key=lambda pair: (pair.first.start, pair.second.start))


def _book(request: SignedInRequest, patient: Patient, wish: JointWish) -> Appointment:
    """The pair is looked up again: what the form names must be free and be what was asked for."""
    value, key = request.POST.get("pair", ""), request_key(request.POST)
    known = Appointment.objects.filter(request_id=key, patient=patient).first()
    if known is not None:
        return known
    start = value.partition("_")[0].partition(".")[2]
    if not (start.isascii() and start.isdigit() and len(start) <= 11):
        raise NoPair
    start_at = datetime.fromtimestamp(int(start), tz=UTC)
    now = clock.now()
    if start_at < now:
        raise NoPair
    found = joint_slots(wish, patient, start_at, start_at + timedelta(seconds=1), now=now)
    pair = next((one for one in found if one.value == value), None)
    if pair is None:
        raise PairLost
    if wish.is_together:
        return book_together(pair, patient, actor=request.user, key=key, origin=origin_of(request))
    return book_in_turn(pair, wish, patient, actor=request.user, key=key, origin=origin_of(request))


class NoPair(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Choisissez une des heures proposées."))
