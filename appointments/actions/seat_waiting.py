"""The waiting list of a workshop: in the order of asking, unless the team decides otherwise and says why."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.enrol import WorkshopClosed, WorkshopFull, sit_down
from appointments.models import Enrolment, EnrolmentState
from appointments.notifications import workshops as notifications
from appointments.workshops import Offer, read_offer
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class NotWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne n’est plus en liste d’attente."))


class SaysNotWhy(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez pourquoi l’ordre de la liste change."))


def promote(offer: Offer) -> list[Enrolment]:
    """Free seats go to those who wait, as long as they could still say no; under the lock of the cycle.

    Past the limit a seat is not given away behind somebody's back: it is shown as free, and the team may call.
    """
    now = clock.now()
    if not offer.coming or now > offer.withdraw_until:
        return []
    seated = []
    for enrolment in Enrolment.objects.waiting().with_details().filter(cycle=offer.cycle.pk):
        if not _seat(enrolment):
            break
        seated.append(enrolment)
        record(None, "enrolment.promoted", enrolment, patient_id=enrolment.patient_id)
    return seated


def seat_by_hand(enrolment: Enrolment, *, actor: User) -> Enrolment:
    """The team gives a free seat to somebody who waits. Raises `NotWaiting`, `WorkshopClosed` or `WorkshopFull`."""
    with transaction.atomic():
        enrolment = _waiting(enrolment)
        if not read_offer(enrolment.cycle_id).coming:
            raise WorkshopClosed
        if not _seat(enrolment):
            raise WorkshopFull
        record(actor, "enrolment.seated", enrolment, patient_id=enrolment.patient_id)
    return enrolment


def move_in_queue(enrolment: Enrolment, position: int, *, actor: User, reason: str) -> Enrolment:
    """Put somebody at another place of the waiting list (1 is next). The reason stays in the trail."""
    if not reason.strip():
        raise SaysNotWhy
    with transaction.atomic():
        enrolment = _waiting(enrolment)
        others = list(Enrolment.objects.waiting().filter(cycle=enrolment.cycle_id).exclude(pk=enrolment.pk))
        position = min(max(position, 1), len(others) + 1)
        others.insert(position - 1, enrolment)
        for rank, row in enumerate(others, start=1):
            row.queue = rank
        Enrolment.objects.bulk_update(others, ["queue"])
        record(
            actor,
            "enrolment.moved_in_queue",
            enrolment,
            patient_id=enrolment.patient_id,
            reason=reason.strip()[:300],
            position=position,
        )
    return enrolment


def _waiting(enrolment: Enrolment) -> Enrolment:
    lock("workshop", enrolment.cycle_id)
    row = Enrolment.objects.waiting().with_details().filter(pk=enrolment.pk).first()
    if row is None:
        raise NotWaiting
    return row


def _seat(enrolment: Enrolment) -> bool:
    before = enrolment.queue
    enrolment.state, enrolment.queue = EnrolmentState.ENROLLED, None
    enrolment.seated_at = clock.now()
    enrolment.sequence += 1
    if not sit_down(enrolment):
        enrolment.state, enrolment.queue, enrolment.seated_at = EnrolmentState.WAITING, before, None
        enrolment.sequence -= 1
        return False
    notifications.seated(enrolment)
    return True
