"""A time first, then the person: what the desk does on the telephone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments.access import schedule_reader
from appointments.availability import Slot
from appointments.forms.staff import StaffSearchForm
from appointments.models import VisitReason
from appointments.seating import NOBODY, Seeker
from appointments.staff_search import earliest, staff_reasons, staff_slot
from core import clock
from patients.forms.desk import SearchForm
from patients.models import Patient
from patients.search import find_patients

# The chosen time waits here while the person is looked for or entered.
IN_HAND = "slot_in_hand"


def read_slot(value: str, reasons: list[VisitReason]) -> tuple[VisitReason, datetime] | None:
    """« 12.1763971200 »: the reason and the start, as `Slot.value` wrote them; None where it is neither."""
    key, _dot, start = value.partition(".")
    reason = next((one for one in reasons if str(one.pk) == key), None)
    if reason is None or not (start.isascii() and start.isdigit() and len(start) <= 11):
        return None
    return reason, datetime.fromtimestamp(int(start), tz=UTC)


def free_slot(value: str, reasons: list[VisitReason], seeker: Seeker = NOBODY) -> Slot | None:
    asked, now = read_slot(value, reasons), clock.now()
    return staff_slot(*asked, now, seeker) if asked and asked[1] >= now else None


@require_safe
def staff_find(request: SignedInRequest) -> HttpResponse:
    schedule_reader(request.user)
    reasons = staff_reasons()
    form = StaffSearchForm(reasons, request.GET or {})
    found = (
        earliest(form.wish(), reasons, clock.now(), Seeker(actor_id=request.user.pk))
        if form.is_valid()
        else None
    )
    status = 200 if found is not None else 422
    return render(request, "appointments/desk/staff_find.html", {"form": form, "found": found}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def slot_for_whom(request: SignedInRequest) -> HttpResponse:
    """Only people whom this account may open are found."""
    schedule_reader(request.user)
    slot = free_slot(request.GET.get("slot", ""), staff_reasons(), Seeker(actor_id=request.user.pk))
    if slot is None:
        return redirect("staff_find")
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[Patient] | None = None
    if form.is_bound and form.is_valid():
        request.session[IN_HAND] = slot.value
        request.session["patient_search"] = {"born": f"{form.cleaned_data['born']:%d/%m/%Y}", "letters": ""}
        found = list(find_patients(request.user, form.cleaned_data["born"], form.cleaned_data["letters"]))
    context = {"slot": slot, "form": form, "found": found, "can_create": is_desk(request.user)}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "appointments/desk/slot_for_whom.html", context, status=status)
