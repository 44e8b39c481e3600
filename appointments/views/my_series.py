"""A series as the patient sees it: how far it has come, all dates together, one file for the calendar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from appointments import access
from appointments.ics import calendar_of
from appointments.invitations import invitation_address
from appointments.models import ACTIVE_STATES, AppointmentSeries, SeriesInvitation
from appointments.series_progress import progress_of
from core import clock


@require_safe
def my_series(request: SignedInRequest, pk: int) -> HttpResponse:
    series = access.get_series_for(request.user, pk)
    now = clock.now()
    shown = series.sessions.filter(status__in=ACTIVE_STATES).with_details().order_by("start_at", "pk")
    context = {
        "series": series,
        "progress": progress_of([series])[series.pk],
        "more_url": _more_url(series),
        "visits": [
            (visit, visit.start_at > now and visit.can_change_online(now), visit.start_at > now)
            for visit in shown
        ],
    }
    return render(request, "appointments/space/series.html", context)


def _more_url(series: AppointmentSeries) -> str:
    """Where the sessions that are left can be taken, while the invitation is open."""
    invitation = SeriesInvitation.objects.filter(series=series).first()
    return invitation_address(invitation) if invitation is not None and invitation.is_open else ""


@require_safe
def series_ics(request: SignedInRequest, pk: int) -> HttpResponse:
    """All dates still to come in one file."""
    series = access.get_series_for(request.user, pk)
    visits = series.sessions.with_details().coming().order_by("start_at", "pk")
    response = HttpResponse(calendar_of(visits), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="seances-{series.pk}.ics"'
    return response
