"""Series by the team: the whole proposal, one by one replaced, booked at once; its page; more sessions; its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, is_desk
from appointments import access
from appointments.actions.book_series import add_sessions as add_action
from appointments.actions.book_series import start_series as start_action
from appointments.actions.cancel_series import cancel_series as cancel_action
from appointments.forms.series import RhythmForm, SeriesForm
from appointments.models import AppointmentSeries, SeriesInvitation, VisitReason
from appointments.series import Wanted
from appointments.series_progress import progress_of
from appointments.staff_search import staff_reasons
from appointments.views.series_draft import Draft, draft_of, origin_of, refused, sent_before, show
from core import clock
from core.refusal import Refusal
from patients.access import get_patient_for_staff
from patients.models import Patient

USUAL = 10


def _wanted(form: RhythmForm, reasons: list[VisitReason]) -> Wanted:
    pattern = form.pattern()
    return Wanted(reasons, pattern.targets(form.cleaned_data["nombre"]), pattern.gap_days, pattern=pattern)


@require_http_methods(["GET", "HEAD", "POST"])
def start_series(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rhythm stands in the address, so that the page can be reloaded; what was replaced in the form."""
    patient = get_patient_for_staff(request.user, pk)
    if "book" in request.POST and (made := sent_before(request, patient)):
        return redirect("series", pk, made)
    reasons = staff_reasons()
    form = SeriesForm(reasons, _sent(request), initial=_first_values(request, reasons, patient))
    draft: Draft | None = None
    if form.is_bound and form.is_valid():
        wanted = _wanted(form, form.reasons)
        draft = draft_of(request, wanted, patient)
        if "book" in request.POST:
            try:
                return redirect("series", pk, _start(request, patient, form, draft).pk)
            except Refusal as refusal:
                draft = refused(draft_of(request, wanted, patient), refusal)
    context = {"form": form, "patient": patient, "left": form.cleaned_data["prescrites"] if draft else 0}
    return show(request, "appointments/desk/start_series.html", draft, **context)


def _start(request: SignedInRequest, patient: Patient, form: SeriesForm, draft: Draft) -> AppointmentSeries:
    return start_action(
        patient,
        form.reasons,
        form.pattern(),
        form.prescription(),
        draft.agreed().slots,
        actor=request.user,
        key=draft.key,
        origin=origin_of(request),
    )


def _sent(request: SignedInRequest) -> QueryDict | None:
    """The rhythm, once it has been asked for."""
    return request.GET if "nombre" in request.GET else None


def _first_values(request: SignedInRequest, reasons: list[VisitReason], patient: Patient) -> dict[str, Any]:
    """What somebody asked for and the patient has not booked yet; else what one's own series mostly are."""
    values: dict[str, Any] = {
        "prescrites": USUAL,
        "nombre": USUAL,
        "du": clock.today() + timedelta(days=1),
    }
    asked = SeriesInvitation.objects.waiting().filter(pk=_number(request.GET.get("invitation", ""))).first()
    if asked is not None and asked.patient_id == patient.pk:
        return values | {
            "motif": str(asked.reason_id),
            "prescrites": asked.sessions,
            "nombre": asked.sessions,
            "ordonnance": asked.prescribed_on,
            "prescripteur": asked.prescriber,
        }
    own = next((one for one in reasons if one.practitioner.user_id == request.user.pk), None)
    return values | {"motif": str(own.pk) if own else None}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_safe
def series(request: SignedInRequest, pk: int, series_pk: int) -> HttpResponse:
    """« 4 séances sur 10 », with every date; also what is read aloud or printed after booking."""
    patient = get_patient_for_staff(request.user, pk)
    found = access.get_series_for_staff(request.user, patient, series_pk)
    sessions = found.sessions.with_details().with_companions().order_by("start_at", "pk")
    now = clock.now()
    context = {
        "patient": patient,
        "series": found,
        "progress": progress_of([found])[found.pk],
        "coming": sessions.coming(now),
        "past": sessions.exclude(pk__in=sessions.coming(now)),
        "at_desk": is_desk(request.user),
    }
    return render(request, "appointments/desk/series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_sessions(request: SignedInRequest, pk: int, series_pk: int) -> HttpResponse:
    """Until the prescription is used up."""
    patient = get_patient_for_staff(request.user, pk)
    found = access.get_series_for_staff(request.user, patient, series_pk)
    if "book" in request.POST and sent_before(request, patient):
        return redirect("series", pk, series_pk)
    left = progress_of([found])[found.pk].left
    form = RhythmForm(_sent(request), initial=RhythmForm.of(found, left, _day_after(found)))
    draft: Draft | None = None
    if form.is_bound and form.is_valid():
        wanted = _wanted(form, [found.reason, *found.relays.select_related("practitioner__centre")])
        draft = draft_of(request, wanted, patient)
        if "book" in request.POST:
            try:
                rows = add_action(
                    found, draft.agreed().slots, actor=request.user, key=draft.key, origin=origin_of(request)
                )
            except Refusal as refusal:
                draft = refused(draft_of(request, wanted, patient), refusal)
            else:
                messages.success(request, _booked_words(len(rows)))
                return redirect("series", pk, found.pk)
    context = {"form": form, "patient": patient, "series": found, "left": left}
    return show(request, "appointments/desk/add_sessions.html", draft, **context)


def _day_after(found: AppointmentSeries) -> Any:
    """After the last session taken, as far apart as the series wants it."""
    last = found.sessions.active().order_by("-start_at").first()
    tomorrow = clock.today() + timedelta(days=1)
    if last is None:
        return max(found.first_day, tomorrow)
    return max(clock.local(last.start_at).date() + timedelta(days=found.gap_days), tomorrow)


def _booked_words(number: int) -> str:
    return ngettext("%(number)s séance est réservée.", "%(number)s séances sont réservées.", number) % {
        "number": number
    }


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_series(request: SignedInRequest, pk: int, series_pk: int) -> HttpResponse:
    """Asks once more, since the patient is told at once."""
    patient = get_patient_for_staff(request.user, pk)
    found = access.get_series_for_staff(request.user, patient, series_pk)
    if request.method != "POST":
        coming = found.sessions.coming().order_by("start_at", "pk")
        context = {"patient": patient, "series": found, "coming": coming}
        return render(request, "appointments/desk/cancel_series.html", context)
    rows = cancel_action(found, actor=request.user, note=request.POST.get("note", "")[:300])
    messages.success(
        request,
        ngettext(
            "La série est arrêtée : %(number)s séance à venir est annulée.",
            "La série est arrêtée : %(number)s séances à venir sont annulées.",
            len(rows),
        )
        % {"number": len(rows)}
        if rows
        else _("La série est arrêtée. Aucune séance n’était à venir."),
    )
    return redirect("series", pk, found.pk)
