"""Coming and past appointments of the account and of the people it acts for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import access, check_in, delays, no_shows
from appointments.actions.cancel import cancel
from appointments.models import Appointment, Delay, PlaceKind, SlotOffer, Status
from appointments.trouble import Trouble, troubles_of
from appointments.ways_in import WayIn, ways_in
from appointments.workshop_access import seats_of
from core import clock
from core.formats import french
from core.refusal import Refusal
from patients.access import patients_of

PER_PAGE = 20
LATE_ON_SCREEN = timedelta(hours=2)
# What is shown at once; the rest is folded, or a family's space is ten screens of a telephone.
NEAR_VISITS, NEAR_SEATS = 4, 3


@require_safe
def my_space(request: SignedInRequest) -> HttpResponse:
    now = clock.now()
    people = list(no_shows.with_missed(patients_of(request.user), now))
    mine = {"patient__in": [patient.pk for patient in people]}
    coming = (
        Appointment.objects.with_details()
        .with_companions()
        .counted_once()
        .filter(Q(status=Status.BOOKED, start_at__gte=now) | _still_on(now), **mine)
    )
    visits = _with_today(list(coming.order_by("start_at", "pk")), now)
    near = [row for number, row in enumerate(visits) if number < NEAR_VISITS or row.trouble]
    seats = seats_of([patient.pk for patient in people], now)
    context = {
        "visits": near,
        "later_visits": [row for row in visits if row not in near],
        "offers": SlotOffer.objects.waiting(now)
        .filter(sent_at__lte=now, request__isnull=False, **mine)
        .select_related("practitioner", "patient"),
        "seats": seats[:NEAR_SEATS],
        "later_seats": seats[NEAR_SEATS:],
        "people": people,
        "pauses": [found for one in people if (found := no_shows.pause(one))],
        "alone": len(people) <= 1,
        "now": now,
    }
    return render(request, "appointments/space/home.html", context)


def _still_on(now: datetime) -> Q:
    """Has begun and is not over: who is expected or in the house now, and a visit by video that waits for somebody."""
    begun = Q(start_at__lt=now, end_at__gte=now - LATE_ON_SCREEN)
    on_screen = begun & Q(place_kind=PlaceKind.VIDEO, status__in=[Status.BOOKED, *check_in.HERE])
    return Q(pk__in=check_in.visits_now(now).values("pk")) | on_screen


class Shown(NamedTuple):
    """A coming visit with what today adds to it."""

    visit: Appointment
    can_change: bool
    may_arrive: bool
    later: datetime | None
    following: list[Appointment]
    trouble: Trouble | None
    way_in: WayIn | None


def _with_today(visits: list[Appointment], now: datetime) -> list[Shown]:
    minutes = Delay.objects.minutes_of({visit.practitioner_id for visit in visits})
    troubles = troubles_of([visit.pk for visit in visits], now)
    entries = ways_in(visits)
    return [
        Shown(
            visit,
            visit.can_change_online(now),
            check_in.is_open(visit, now),
            delays.later_time(visit, minutes.get(visit.practitioner_id, 0), now),
            following,
            troubles.get(visit.pk),
            entries.get(visit.pk),
        )
        for visit, following in _together(visits)
    ]


def _together(coming: Iterable[Appointment]) -> list[tuple[Appointment, list[Appointment]]]:
    """Each visit with those that stand behind it: the following sessions of its series."""
    shown: list[tuple[Appointment, list[Appointment]]] = []
    following: dict[int, list[Appointment]] = {}
    for visit in coming:
        if visit.series_id in following:
            following[visit.series_id].append(visit)
            continue
        shown.append((visit, []))
        if visit.series_id is not None:
            following[visit.series_id] = shown[-1][1]
    return shown


@require_safe
def past_appointments(request: SignedInRequest) -> HttpResponse:
    people = list(patients_of(request.user))
    rows = access.past_of([patient.pk for patient in people]).exclude(_still_on(clock.now()))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "alone": len(people) <= 1}
    return render(request, "appointments/space/past.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_appointment(request: SignedInRequest, reference: str) -> HttpResponse:
    """Says what follows, then does it."""
    appointment = access.get_appointment_for(request.user, reference)
    if request.method == "POST" and appointment.status in (Status.BOOKED, Status.CANCELLED):
        try:
            cancel(appointment, actor=request.user)
        except Refusal as refusal:
            return _cancel_page(request, appointment, str(refusal.sentence))
        messages.success(request, _done(appointment))
        return redirect("my_space")
    if appointment.status != Status.BOOKED:
        return redirect("appointment", reference)
    return _cancel_page(request, appointment)


def _cancel_page(request: SignedInRequest, appointment: Appointment, sentence: str = "") -> HttpResponse:
    context = {
        "appointment": appointment,
        "sentence": sentence,
        "can_change": appointment.can_change_online(clock.now()),
        "for_somebody_else": request.user.get_full_name() != appointment.patient.display_name
        if appointment.patient
        else False,
    }
    return render(request, "appointments/space/cancel.html", context, status=422 if sentence else 200)


def _done(appointment: Appointment) -> str:
    return _("Le rendez-vous du %(day)s à %(hour)s est annulé.") % {
        "day": french.full_day(appointment.start_at),
        "hour": french.hour(appointment.start_at),
    }
