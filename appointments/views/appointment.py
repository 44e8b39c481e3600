"""A confirmed appointment: its page, its calendar entry, another time for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from appointments import access, check_in, delays, eligibility
from appointments.actions.move import TooLateToMove
from appointments.ics import calendar_for
from appointments.models import Delay
from appointments.search import Wish
from appointments.supervision import answering_for
from appointments.trouble import is_in_trouble, troubles_of
from appointments.ways_in import ways_in
from appointments.weeks import week_of
from core import clock


@require_safe
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """Reference, what to bring, where; add to a calendar, move, cancel."""
    found = access.get_appointment_for(request.user, reference)
    now = clock.now()
    context = {
        "appointment": found,
        "can_change": found.can_change_online(now),
        "change_until": found.reason.last_free_cancellation(found.start_at),
        "is_past": found.start_at < now,
        "may_arrive": check_in.is_open(found, now),
        "later": delays.later_time(
            found, Delay.objects.minutes_of([found.practitioner_id]).get(found.practitioner_id, 0), now
        ),
        "trouble": troubles_of([found.pk], now).get(found.pk),
        "supervisor": answering_for([found]).get(found.pk),
        "is_here": check_in.is_here(found, now),
        "way_in": ways_in([found]).get(found.pk),
        "now": now,
    }
    return render(request, "appointments/appointment.html", context)


@require_safe
def appointment_ics(request: HttpRequest, reference: str) -> HttpResponse:
    found = access.get_appointment_for(request.user, reference)
    response = HttpResponse(calendar_for(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rendez-vous-{found.reference}.ics"'
    return response


@require_safe
def move_appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """The slots to which this appointment could move; choosing one holds it, nothing is lost yet."""
    found = access.get_appointment_for(request.user, reference)
    now = clock.now()
    if not found.can_change_online(now) and not is_in_trouble(found.pk, now):
        context = {"appointment": found, "sentence": TooLateToMove().sentence}
        return render(request, "appointments/move.html", context, status=409)
    if found.companions.all():
        sentence = _(
            "Deux professionnels vous reçoivent ensemble à cette heure. Pour en changer, appelez le secrétariat."
        )
        context = {"appointment": found, "sentence": sentence}
        return render(request, "appointments/move.html", context, status=409)
    wish = Wish.read(request.GET.dict(), clock.today())
    known = eligibility.practitioners_knowing(request.user)
    week = week_of(wish, [found.reason], known, now)
    return render(
        request, "appointments/move.html", {"appointment": found, "week": week, "row": week.rows[0]}
    )
