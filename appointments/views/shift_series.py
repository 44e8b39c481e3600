"""« Décaler aussi les suivantes »: the proposal for all of them, then one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments import access
from appointments.actions.move_following import move_following
from appointments.availability import Slot
from appointments.models import Appointment, AppointmentSeries
from appointments.series import Target, Wanted
from appointments.views.series_draft import Draft, draft_of, refused, show
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff


@require_http_methods(["GET", "HEAD", "POST"])
def shift_series(request: SignedInRequest, pk: int, series_pk: int, reference: str) -> HttpResponse:
    """The new time of the first is in the address; the following ones go as many days further, at the same hour."""
    patient = get_patient_for_staff(request.user, pk)
    found = access.get_series_for_staff(request.user, patient, series_pk)
    rows = _following(found, reference)
    wanted = _wanted(found, rows, request.GET.get("slot", ""))
    draft = draft_of(request, wanted, patient, moving=rows)
    if "book" in request.POST:
        try:
            moved = move_following(found, _moves(rows, draft), actor=request.user)
        except Refusal as refusal:
            draft = refused(draft_of(request, wanted, patient, moving=rows), refusal)
        else:
            messages.success(request, _moved_words(len(moved)))
            return redirect("series", pk, found.pk)
    for session, row in zip(draft.proposal.sessions, rows, strict=True):
        session.before = row.start_at
    return show(
        request,
        "appointments/desk/shift_series.html",
        draft,
        patient=patient,
        series=found,
        is_shift=True,
        left=len(rows),
    )


def _following(found: AppointmentSeries, reference: str) -> list[Appointment]:
    """The session and those after it, all to come."""
    first = found.sessions.coming().filter(reference=reference).first()
    if first is None:
        raise Http404
    later = found.sessions.coming().filter(start_at__gte=first.start_at)
    return list(later.select_related("reason__practitioner").order_by("start_at", "pk"))


def _wanted(found: AppointmentSeries, rows: list[Appointment], value: str) -> Wanted:
    reason, _dot, start = value.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 11 for part in (reason, start)):
        raise Http404
    goal = clock.local(datetime.fromtimestamp(int(start), tz=UTC))
    days = goal.date() - clock.local(rows[0].start_at).date()
    targets = [
        Target(clock.local(row.start_at).date() + days, "", goal.time().replace(second=0)) for row in rows
    ]
    reasons = [found.reason, *found.relays.select_related("practitioner__centre")]
    return Wanted(reasons, targets, found.gap_days, {0: (int(reason), int(start))})


def _moves(rows: list[Appointment], draft: Draft) -> dict[int, Slot]:
    sessions = zip(rows, draft.agreed().sessions, strict=True)
    return {row.pk: session.slot for row, session in sessions if session.slot is not None}


def _moved_words(number: int) -> str:
    return ngettext(
        "%(number)s séance est déplacée. Le patient est prévenu.",
        "%(number)s séances sont déplacées. Le patient est prévenu.",
        number,
    ) % {"number": number}
