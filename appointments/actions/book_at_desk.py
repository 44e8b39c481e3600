"""The team books for somebody: at the desk, on the telephone, or on purpose above what fits."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import caps, notifications
from appointments.actions.book import PatientBusy
from appointments.actions.claim import NoEquipment, claim
from appointments.actions.hold import SlotTaken, sweep_aside
from appointments.conditions import Answers, check_alone, check_answers, keep_answers
from appointments.followers import tell_followers
from appointments.models import Appointment, Origin, Status, VisitReason
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.actions.note_contact import note_contact
from patients.models import Patient
from practitioners.models import Place, Room


class RoomTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La salle est déjà occupée à cette heure."))


def book_at_desk(
    reason: VisitReason,
    start_at: datetime,
    patient: Patient,
    *,
    actor: User,
    place: Place,
    room: Room | None = None,
    overbook: bool = False,
    why: str = "",
    despite: str = "",
    origin: Origin = Origin.DESK,
    answers: Answers | None = None,
) -> Appointment:
    """Book outside the rules of the public: notice, horizon and openings do not bind the team.

    Raises `SlotTaken` where the practitioner is busy, unless `overbook`: then the appointment is marked. A free time
    is never marked. `why` goes into the trail, with the sentence of a rule that was set aside, `despite`.
    `TakesTwo`, `PatientBusy`, `RoomTaken`, `ResourceShut`, `NoEquipment` and `RecordGone` hold for everybody;
    `CapReached` where the law lets nobody set it aside, or where it was reached since `despite` was written; `NoSeat`,
    also for who overbooks; and what `conditions` raises.
    """
    check_alone(reason)
    now = clock.now()
    appointment = _visit(reason, start_at, patient, place=place, room=room)
    appointment.booked_at, appointment.booked_by, appointment.origin = now, actor, origin
    with transaction.atomic():
        lock("agenda", reason.practitioner_id, shared=True)
        lock("patient", patient.pk)
        check_answers(reason, answers)
        caps.hold_cap(reason, patient, [start_at], despite=despite)
        sweep_aside(reason.practitioner_id, appointment.room_id, start_at, appointment.blocked_until, now)
        if claim(appointment, now) is None:
            _squeeze_in(appointment, overbook=overbook)
        keep_answers(appointment, answers, actor)
        note_contact(patient, now)
        record(
            actor,
            "appointment.overbooked" if appointment.is_overbooked else "appointment.booked",
            appointment,
            patient_id=patient.pk,
            reason=why,
            reference=appointment.reference,
            origin=str(origin),
            **({"despite": despite} if despite else {}),
        )
        notifications.booked(appointment)
        tell_followers(appointment)
    return appointment


def _visit(
    reason: VisitReason, start_at: datetime, patient: Patient, *, place: Place, room: Room | None
) -> Appointment:
    end_at = start_at + reason.duration
    return Appointment(
        status=Status.BOOKED,
        practitioner_id=reason.practitioner_id,
        reason=reason,
        patient=patient,
        place=place,
        room=room,
        place_kind=reason.place_kind,
        start_at=start_at,
        end_at=end_at,
        blocked_until=end_at + reason.buffer,
    )


def _squeeze_in(appointment: Appointment, *, overbook: bool) -> None:
    """Over what stands there, where that is meant."""
    _say_who_is_in_the_way(appointment, overbook=overbook)
    appointment.is_overbooked = True
    try:
        with transaction.atomic():
            appointment.save(force_insert=True)
    except IntegrityError as error:  # taken between the question and the answer
        raise SlotTaken from error


def _say_who_is_in_the_way(wanted: Appointment, *, overbook: bool) -> None:
    """Raise for what no decision of the team may override, and for the practitioner unless it is deliberate."""
    others = Appointment.objects.filter(occupies=True, start_at__lt=wanted.blocked_until)
    if others.filter(patient=wanted.patient, start_at__lt=wanted.end_at, end_at__gt=wanted.start_at).exists():
        raise PatientBusy
    rivals = others.filter(blocked_until__gt=wanted.start_at)
    in_the_room = rivals.filter(room=wanted.room).exclude(practitioner=wanted.practitioner_id)
    if wanted.room_id is not None and in_the_room.exists():
        raise RoomTaken
    if wanted.equipment_id is not None and rivals.filter(equipment=wanted.equipment_id).exists():
        raise NoEquipment
    if not overbook:
        raise SlotTaken
