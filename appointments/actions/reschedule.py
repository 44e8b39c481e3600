"""The team gives a visit another time, person, room or length: dragged on the schedule, or typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import caps, notifications
from appointments.actions.book import PatientBusy
from appointments.actions.book_at_desk import RoomTaken
from appointments.actions.claim import NoEquipment, ResourceShut, keeps_resources
from appointments.actions.hold import sweep_aside
from appointments.actions.move import keep_together
from appointments.conditions import check_nothing_to_ask, check_time
from appointments.followers import tell_followers
from appointments.models import Appointment, Disruption, Rescheduling, Status
from appointments.models.disruption import Outcome
from appointments.models.rescheduling import PLACED
from appointments.placing import MovedMeanwhile, Placement, Wish, place
from appointments.resources import closures_of, free_units
from appointments.seating import take_seat
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal

UNDO_FOR = timedelta(seconds=10)
# The patient hears of it when nobody can take it back any more.
TOLD_AFTER = UNDO_FOR + timedelta(seconds=5)


class TimeTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Un autre rendez-vous occupe déjà cette heure."))


class TimeHeld(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Quelqu’un est en train de réserver cette heure."))


def reschedule(
    appointment: Appointment, wish: Wish, *, actor: User, seen_at: datetime | None = None
) -> Rescheduling | None:
    """Move the visit by the rules of `placing`, or raise the sentence of the broken one. None where nothing changes.

    `seen_at` is the start that the actor had before his eyes: `MovedMeanwhile` where it is no longer that. The patient
    is told after `TOLD_AFTER`, so that `undo_reschedule` within `UNDO_FOR` leaves nothing to tell.
    """
    now = clock.now()
    with transaction.atomic():
        appointment = _locked(appointment, wish.practitioner.pk)
        if seen_at is not None and appointment.start_at != seen_at:
            raise MovedMeanwhile
        keep_together(appointment)
        wanted = place(appointment, wish, now=now)
        check_time(wanted.reason, wanted.start_at)
        if wanted.reason.pk != appointment.reason_id:
            check_nothing_to_ask(wanted.reason)
        caps.hold_cap_of_move(appointment, wanted.reason, wanted.start_at)
        before = {name: getattr(appointment, name) for name in PLACED}
        known = notifications.known_start(appointment)
        sweep_aside(wanted.practitioner_id, wanted.room_id, wanted.start_at, wanted.blocked_until, now)
        _take(appointment, wanted, _device(appointment, wanted, now=now))
        if {name: getattr(appointment, name) for name in PLACED} == before:
            return None
        return _write(appointment, before, known, actor, now)


def _locked(appointment: Appointment, other_practitioner: int) -> Appointment:
    """Alone with the agendas and the patient: an online booking of the same time comes before, or after."""
    lock("agenda", appointment.practitioner_id, other_practitioner)
    lock("patient", appointment.patient_id or 0)
    return (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reason", "practitioner__centre", "place", "patient")
        .get(pk=appointment.pk)
    )


def _device(appointment: Appointment, wanted: Placement, *, now: datetime) -> int | None:
    """Nobody else has the time, the room or the patient then. Answers the device that the reason needs."""
    others = Appointment.objects.overlapping(wanted.start_at, wanted.blocked_until).exclude(pk=appointment.pk)
    rival = others.filter(practitioner=wanted.practitioner_id, is_overbooked=False).first()
    if rival is not None:
        raise TimeHeld if rival.status == Status.HELD else TimeTaken
    same_patient = others.filter(patient=appointment.patient_id, accompanies=None)
    if same_patient.filter(start_at__lt=wanted.end_at, end_at__gt=wanted.start_at).exists():
        raise PatientBusy
    in_the_room = others.filter(room=wanted.room_id).exclude(practitioner=wanted.practitioner_id)
    if wanted.room_id is not None and in_the_room.exists():
        raise RoomTaken
    kind, kept = wanted.reason.equipment_kind_id, appointment.equipment_id
    if kind is None:
        return None
    if kept is not None and (appointment.reason.equipment_kind_id, appointment.place_id) == (
        kind,
        wanted.place_id,
    ):
        closed = closures_of(None, kept, wanted.start_at, wanted.end_at)
        if not closed.exists() and not others.filter(equipment=kept).exists():
            return kept
    units = free_units(kind, wanted.place_id, wanted.start_at, wanted.end_at, wanted.blocked_until, now)
    if not units:
        raise NoEquipment
    return units[0]


def _take(appointment: Appointment, wanted: Placement, device: int | None) -> None:
    columns: dict[str, Any] = {
        "practitioner_id": wanted.practitioner_id,
        "reason_id": wanted.reason.pk,
        "start_at": wanted.start_at,
        "end_at": wanted.end_at,
        "blocked_until": wanted.blocked_until,
        "place_id": wanted.place_id,
        "room_id": wanted.room_id,
        "equipment_id": device,
        "opening_id": wanted.opening_id,
        "is_overbooked": False,
    }
    for name, value in columns.items():
        setattr(appointment, name, value)
    take_seat(appointment)
    if not keeps_resources(appointment):
        raise ResourceShut


def save_placed(appointment: Appointment) -> None:
    """With one more change counted. Whatever the questions before have missed, the constraint says."""
    appointment.sequence += 1
    try:
        with transaction.atomic():
            appointment.save(update_fields=[*(name.removesuffix("_id") for name in PLACED), "sequence"])
    except IntegrityError as error:
        raise Refusal(constraint_sentence(error, Appointment) or TimeTaken().sentence) from error


def _write(
    appointment: Appointment, before: dict[str, Any], known: datetime | None, actor: User, now: datetime
) -> Rescheduling:
    save_placed(appointment)
    appointment = Appointment.objects.with_details().get(pk=appointment.pk)
    open_lines = Disruption.objects.filter(appointment=appointment, settled_at=None)
    settled = open_lines.first()
    open_lines.update(settled_at=now, settled_by=actor, outcome=Outcome.MOVED)
    row = Rescheduling.objects.create(
        appointment=appointment,
        moved_at=now,
        moved_by=actor,
        before={
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in before.items()
        },
        sequence=appointment.sequence,
        told_start=known,
        settled=settled,
    )
    record(
        actor,
        "appointment.moved",
        appointment,
        patient_id=appointment.patient_id,
        reference=appointment.reference,
        before=before["start_at"].isoformat(),
        after=appointment.start_at.isoformat(),
        practitioners=[before["practitioner_id"], appointment.practitioner_id],
        minutes=[
            _minutes(before["start_at"], before["end_at"]),
            _minutes(appointment.start_at, appointment.end_at),
        ],
    )
    is_other = before["practitioner_id"] != appointment.practitioner_id
    notifications.rescheduled(
        appointment,
        known,
        is_news=is_other or known != appointment.start_at,
        not_before=now + TOLD_AFTER,
    )
    tell_followers(appointment)
    return row


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)
