"""A seat or a rank is given back; the seat goes to whoever waits longest."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.actions.seat_waiting import promote
from appointments.models import Enrolment, EnrolmentState
from appointments.notifications import workshops as notifications
from appointments.workshops import read_offer
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class TooLateToLeave(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Il est trop tard pour se désinscrire en ligne. Appelez le secrétariat pour prévenir.")
        )


def leave_workshop(
    enrolment: Enrolment, *, actor: AbstractBaseUser | None, by_staff: bool = False, note: str = ""
) -> Enrolment:
    """Within the workshop's limit for a patient (`TooLateToLeave`), at any time for the team. Twice leaves once.

    Whoever only waits may leave the list at any time.
    """
    now = clock.now()
    with transaction.atomic():
        lock("workshop", enrolment.cycle_id)
        enrolment = Enrolment.objects.with_details().get(pk=enrolment.pk)
        if not enrolment.is_active:
            return enrolment
        offer = read_offer(enrolment.cycle_id, now)
        if enrolment.has_seat and not by_staff and now > offer.withdraw_until:
            raise TooLateToLeave
        freed = enrolment.has_seat
        enrolment.state, enrolment.queue = EnrolmentState.CANCELLED, None
        enrolment.cancelled_at, enrolment.cancel_note = now, note[:300]
        enrolment.cancelled_by_id = actor.pk if actor else None
        enrolment.sequence += 1
        enrolment.save(
            update_fields=["state", "queue", "cancelled_at", "cancelled_by", "cancel_note", "sequence"]
        )
        record(
            actor,
            "enrolment.left",
            enrolment,
            patient_id=enrolment.patient_id,
            reason=note,
            reference=enrolment.reference,
            by="staff" if by_staff else "patient",
        )
        notifications.left(enrolment, by_patient=not by_staff)
        if freed:
            promote(offer)
    return enrolment
