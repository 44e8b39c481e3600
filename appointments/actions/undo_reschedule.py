"""« Annuler », within ten seconds: the visit stands where it stood, and nobody was told anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import notifications
from appointments.actions.hold import sweep_aside
from appointments.actions.reschedule import UNDO_FOR, save_placed
from appointments.followers import tell_followers
from appointments.models import Appointment, Disruption, Rescheduling, Status
from appointments.seating import take_seat
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal

# On its way through a slow network the tap is still in time.
GRACE = timedelta(seconds=3)


class TooLateToUndo(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Il est trop tard pour annuler ce déplacement : déplacez à nouveau le rendez-vous.")
        )


class OldTimeGiven(Refusal):
    def __init__(self) -> None:
        super().__init__(_("L’ancienne heure a été prise entre-temps : le rendez-vous reste à la nouvelle."))


def undo_reschedule(row: Rescheduling, *, actor: User) -> Appointment:
    """Put it back whole: time, person, room, worklist. Undoing twice undoes once.

    Raises `TooLateToUndo` when the time is over or the visit has changed since, `OldTimeGiven` where somebody was
    faster.
    """
    now = clock.now()
    with transaction.atomic():
        visit = row.appointment
        lock("agenda", visit.practitioner_id, row.before["practitioner_id"])
        lock("patient", visit.patient_id or 0)
        row = Rescheduling.objects.select_for_update(of=("self",)).select_related("settled").get(pk=row.pk)
        appointment = Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
        if row.undone_at is not None:
            return appointment
        if (
            now > row.moved_at + UNDO_FOR + GRACE
            or appointment.sequence != row.sequence
            or appointment.status != Status.BOOKED
        ):
            raise TooLateToUndo
        appointment = _put_back(appointment, row, now)
        row.undone_at = now
        row.save(update_fields=["undone_at"])
        if row.settled is not None:
            Disruption.objects.filter(pk=row.settled.pk).update(settled_at=None, settled_by=None, outcome="")
        record(
            actor,
            "appointment.move_undone",
            appointment,
            patient_id=appointment.patient_id,
            reference=appointment.reference,
            after=appointment.start_at.isoformat(),
        )
        notifications.rescheduled(appointment, row.told_start, is_news=row.told_start != appointment.start_at)
        tell_followers(appointment)
    return appointment


def _put_back(appointment: Appointment, row: Rescheduling, now: datetime) -> Appointment:
    columns: dict[str, Any] = dict(row.before)
    for name in ("start_at", "end_at", "blocked_until"):
        columns[name] = datetime.fromisoformat(columns[name])
    for name, value in columns.items():
        setattr(appointment, name, value)
    sweep_aside(
        appointment.practitioner_id, appointment.room_id, appointment.start_at, appointment.blocked_until, now
    )
    try:
        take_seat(appointment)
        save_placed(appointment)
    except Refusal as refusal:
        raise OldTimeGiven from refusal
    return Appointment.objects.with_details().get(pk=appointment.pk)
