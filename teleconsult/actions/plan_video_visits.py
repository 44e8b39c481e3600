"""A visit by video stands as long as its appointment does: made, moved and closed with it, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from appointments.followers import add_follower
from appointments.models import Appointment, PlaceKind, Status
from appointments.models.appointment_queries import AppointmentQuerySet
from core import clock
from core.audit.record import record
from core.db import insert_or_none
from teleconsult.actions.expect_people import expect_people
from teleconsult.models import CLOSES_AFTER, OPEN_STATES, VideoState, VideoVisit

AHEAD = (Status.BOOKED, Status.ARRIVED, Status.IN_PROGRESS)
# What became of the appointment → what that makes of the visit.
ENDS_AS = {
    Status.CANCELLED: VideoState.CANCELLED,
    Status.NO_SHOW: VideoState.MISSED,
    Status.FULFILLED: VideoState.DONE,
}


def follow_visit(appointment: Appointment) -> None:
    """Called with every appointment that is booked, moved, given back or changes its state; most ask nothing."""
    if appointment.patient_id is None:
        return
    if appointment.place_kind == PlaceKind.VIDEO:
        _keep_in_step(_lead_of(appointment))
    elif appointment.sequence:
        # It was moved, perhaps from the screen to a room.
        for left in VideoVisit.objects.standing().filter(appointment=appointment):
            _end(left, VideoState.CANCELLED)


def plan_video_visits(now: datetime | None = None) -> int:
    """What was booked or changed without a word (an import, a hand in the database). How many."""
    drifted = list(_drifted(now or clock.now()).values_list("pk", flat=True))
    for key in drifted:
        _catch_up(key)
    return len(drifted)


def _drifted(now: datetime) -> AppointmentQuerySet:
    video = Q(place_kind=PlaceKind.VIDEO)
    alone = Q(accompanies=None) | ~Q(accompanies__place_kind=PlaceKind.VIDEO)
    unplanned = video & alone & Q(video_visit=None, status__in=AHEAD, end_at__gte=now - CLOSES_AFTER)
    closed = ~video | ~Q(status__in=AHEAD)
    moved = ~Q(video_visit__planned_for=F("start_at"))
    out_of_step = Q(video_visit__state__in=OPEN_STATES) & (closed | moved)
    rows = Appointment.objects.filter(patient__isnull=False).filter(unplanned | out_of_step)
    return rows.order_by("start_at", "pk")


@transaction.atomic
def _catch_up(key: int) -> None:
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    _keep_in_step(rows.select_related("practitioner", "patient").get(pk=key))


def _lead_of(appointment: Appointment) -> Appointment:
    """Two who receive through one screen share one visit: that of the row which the patient knows."""
    lead = appointment.accompanies
    return lead if lead is not None and lead.place_kind == PlaceKind.VIDEO else appointment


def _keep_in_step(appointment: Appointment) -> None:
    """The row of the appointment is locked by whoever changes it."""
    visit = VideoVisit.objects.select_for_update(of=("self",), no_key=True).filter(appointment=appointment)
    known = visit.first()
    if appointment.status in AHEAD and appointment.place_kind == PlaceKind.VIDEO:
        _expect(known or _plan(appointment), appointment)
    elif known is not None and known.is_open:
        _end(known, ENDS_AS.get(Status(appointment.status), VideoState.CANCELLED))


def _plan(appointment: Appointment) -> VideoVisit:
    visit = VideoVisit(appointment=appointment, planned_for=appointment.start_at)
    if insert_or_none(visit) is None:
        return VideoVisit.objects.get(appointment=appointment)
    record(None, "video_visit.planned", visit, patient_id=appointment.patient_id)
    return visit


def _expect(visit: VideoVisit, appointment: Appointment) -> None:
    """Who comes, and when. One that was closed by mistake goes on where it was."""
    visit.appointment = appointment
    is_moved = visit.planned_for != appointment.start_at
    if is_moved:
        visit.started_at = visit.interrupted_at = None
    if is_moved or not visit.is_open:
        visit.planned_for = appointment.start_at
        visit.state = VideoState.IN_CALL if visit.started_at else VideoState.PLANNED
        visit.ended_at = visit.ended_by = None
        visit.save(
            update_fields=["planned_for", "state", "started_at", "interrupted_at", "ended_at", "ended_by"]
        )
        record(None, "video_visit.planned_anew", visit, patient_id=appointment.patient_id)
    expect_people(visit, anew=is_moved)


def _end(visit: VideoVisit, state: VideoState) -> None:
    visit.state, visit.ended_at = state, clock.now()
    visit.save(update_fields=["state", "ended_at"])
    record(None, f"video_visit.{state}", visit, patient_id=visit.appointment.patient_id)


add_follower(follow_visit)
