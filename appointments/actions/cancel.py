"""An appointment is given back."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments import notifications
from appointments.actions.close_offer import drop_offers
from appointments.actions.offer_freed import offer_freed_on_commit
from appointments.followers import tell_followers
from appointments.models import Appointment, Disruption, Status
from appointments.models.disruption import Outcome
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class TooLateToCancel(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Ce rendez-vous ne peut plus être annulé en ligne. Appelez le secrétariat pour prévenir.")
        )


def cancel(
    appointment: Appointment, *, actor: AbstractBaseUser | None, note: str = "", by_staff: bool = False
) -> Appointment:
    """Free the time, tell who must know, withdraw the reminders. Cancelling twice cancels once.

    Two professionals who receive together are cancelled together, whichever of the rows is named.
    A patient may do it within the reason's limit (`TooLateToCancel` otherwise), the staff until it has begun
    to be anything but booked.
    """
    now = clock.now()
    with transaction.atomic():
        if appointment.patient_id is not None:
            lock("patient", appointment.patient_id)  # before the rows, as who accepts an offer does
        # Who joins another professional's visit stands and falls with it; the patient knows that one.
        lead = appointment.accompanies_id or appointment.pk
        appointment = (
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("reason", "practitioner__centre", "place", "patient")
            .get(pk=lead)
        )
        if appointment.status == Status.CANCELLED:
            return appointment
        if appointment.status != Status.BOOKED or not (by_staff or appointment.can_change_online(now)):
            raise TooLateToCancel
        give_back(appointment, actor=actor, note=note, by_staff=by_staff)
        joining = Appointment.objects.filter(accompanies=appointment, status=Status.BOOKED)
        for other in joining.select_for_update(of=("self",), no_key=True):
            give_back(other, actor=actor, note=note, by_staff=by_staff)
        notifications.cancelled(appointment, by_patient=not by_staff)
    return appointment


def give_back(
    appointment: Appointment, *, actor: AbstractBaseUser | None, note: str = "", by_staff: bool
) -> None:
    """The part that every cancellation shares; the caller holds the row and tells the patient."""
    now = clock.now()
    appointment.status = Status.CANCELLED
    appointment.cancelled_at = now
    appointment.cancelled_by_id = actor.pk if actor else None
    appointment.cancel_note = note
    appointment.sequence += 1
    appointment.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_note", "sequence"])
    Disruption.objects.filter(appointment=appointment, settled_at=None).update(
        settled_at=now, settled_by=actor, outcome=Outcome.CANCELLED
    )
    drop_offers([appointment.pk], actor=actor)
    offer_freed_on_commit(appointment.practitioner_id)
    record(
        actor,
        "appointment.cancelled",
        appointment,
        patient_id=appointment.patient_id,
        reference=appointment.reference,
        by="staff" if by_staff else "patient",
    )
    tell_followers(appointment)
