"""« Rendez-vous à replacer »: patients who still expect to come at a time that is no longer open."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.actions.cancel import cancel
from appointments.actions.hold import hold
from appointments.actions.move import move
from appointments.actions.settle_disruption import settle_disruption
from appointments.availability import nearest_slots
from appointments.models import Absence, Appointment, Audience, Disruption, SlotOffer
from appointments.models.disruption import DisruptionQuerySet, Outcome
from appointments.seating import Seeker
from appointments.visitor import become_holder
from core import clock
from core.formats import french
from core.refusal import Refusal
from practitioners.access import editable_practitioners

TO_OFFER = 12
ALL_OPENINGS = frozenset(Audience.values)


def _worklist(request: SignedInRequest) -> DisruptionQuerySet:
    """Only for whom this account answers; whoever answers for nobody has no list."""
    mine = editable_practitioners(request.user)
    found = Disruption.objects.open().filter(appointment__practitioner__in=mine)
    return found.select_related(
        "appointment__patient",
        "appointment__practitioner",
        "appointment__reason__practitioner",
        "appointment__place",
    )


def _line(request: SignedInRequest, reference: str) -> Disruption:
    line = _worklist(request).filter(appointment__reference=reference).first()
    if line is None:
        raise Http404
    return line


@require_safe
def disruptions(request: SignedInRequest) -> HttpResponse:
    if not editable_practitioners(request.user).exists():
        raise Http404
    lines = list(_worklist(request).order_by("appointment__start_at", "pk"))
    offers = {
        offer.replaces_id: offer
        for offer in SlotOffer.objects.waiting()
        .filter(replaces__in=[line.appointment_id for line in lines])
        .select_related("practitioner")
    }
    context = {
        "lines": [(line, offers.get(line.appointment_id)) for line in lines],
        "absences": _absences(request),
    }
    return render(request, "cabinet/disruptions.html", context)


def _absences(request: SignedInRequest) -> QuerySet[Absence]:
    """Those whose patients are looked after together, each with how many still wait."""
    stranded = (
        Disruption.objects.open()
        .filter(
            appointment__practitioner=OuterRef("practitioner"),
            appointment__start_at__lt=OuterRef("end_at"),
            appointment__end_at__gt=OuterRef("start_at"),
        )
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Absence.objects.filter(practitioner__in=editable_practitioners(request.user), end_at__gt=clock.now())
        .annotate(touched=Subquery(stranded))
        .filter(touched__gt=0)
        .select_related("practitioner", "cascade")
        .order_by("start_at", "pk")
    )


@require_POST
def keep_disrupted(request: SignedInRequest, reference: str) -> HttpResponse:
    """The patient comes at this time all the same."""
    line = _line(request, reference)
    settle_disruption(line.appointment_id, Outcome.KEPT, actor=request.user)
    messages.success(request, _("Le rendez-vous est maintenu."))
    return redirect("disruptions")


@require_POST
def cancel_disrupted(request: SignedInRequest, reference: str) -> HttpResponse:
    """The patient is told at once, with the way to another time."""
    line = _line(request, reference)
    try:
        cancel(line.appointment, actor=request.user, note=str(line.get_cause_display()), by_staff=True)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Le rendez-vous est annulé et le patient prévenu."))
    return redirect("disruptions")


@require_http_methods(["GET", "HEAD", "POST"])
def move_disrupted(request: SignedInRequest, reference: str) -> HttpResponse:
    """With the patient on the telephone: the nearest free times, one tap moves and tells him in writing."""
    appointment = _line(request, reference).appointment
    slots = nearest_slots(
        [appointment.reason],
        appointment.start_at,
        now=clock.now(),
        audiences=ALL_OPENINGS,
        count=TO_OFFER,
        seeker=Seeker(appointment.patient_id, appointment.booked_by_id, frozenset({appointment.pk})),
    )
    sentence = None
    if request.method == "POST":
        sentence = move_to_slot(request, appointment, request.POST.get("slot", ""))
        if sentence is None:
            return redirect("disruptions")
    context = {"appointment": appointment, "slots": slots, "sentence": sentence}
    return render(request, "cabinet/move_disrupted.html", context, status=409 if sentence else 200)


def move_to_slot(request: SignedInRequest, appointment: Appointment, value: str) -> str | None:
    """The sentence that refuses, or None: moved."""
    start = value.partition(".")[2]
    if not (start.isascii() and start.isdigit() and len(start) <= 11):
        return _("Choisissez une des dates proposées.")
    holder = become_holder(request)
    start_at = datetime.fromtimestamp(int(start), tz=UTC)
    try:
        held = hold(appointment.reason, start_at, holder=holder, audiences=ALL_OPENINGS, moving=appointment)
        moved = move(appointment, held, holder=holder, actor=request.user, by_staff=True)
    except Refusal as refusal:
        return str(refusal.sentence)
    when = f"{french.full_day(moved.start_at)}, {french.hour(moved.start_at)}"
    messages.success(request, _("Le rendez-vous est déplacé : %s. Le patient est prévenu.") % when)
    return None
