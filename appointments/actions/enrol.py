"""A seat in a workshop, or a rank in its waiting list."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.book_for import SomebodyNew, patient_of
from appointments.models import Enrolment, EnrolmentState, Origin, WorkshopCycle
from appointments.notifications import workshops as notifications
from appointments.workshops import Offer, is_gone, people_who_may, read_offer
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from patients.actions.note_contact import note_contact
from patients.models import Patient


class WorkshopFull(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("La dernière place vient d’être prise. Vous pouvez vous inscrire en liste d’attente.")
        )


class WorkshopClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("On ne peut plus s’inscrire à cette date : elle est passée ou annulée."))


class MayNotEnrol(Refusal):
    """A rule of the workshop refuses this person."""


def enrol(
    cycle: WorkshopCycle,
    patient: Patient,
    *,
    actor: User,
    wait: bool = False,
    by_staff: bool = False,
    origin: Origin = Origin.ONLINE,
) -> Enrolment:
    """Take a seat; with `wait`, a rank in the waiting list where none is left.

    The same form sent twice answers the same enrolment. Who may come and the beginning of a series do not bind the
    team (`by_staff`); the number of seats binds everybody. Raises `WorkshopFull`, `WorkshopClosed` or `MayNotEnrol`.
    """
    with transaction.atomic():
        lock("workshop", cycle.pk)
        lock("patient", patient.pk)
        present = Enrolment.objects.active().with_details().filter(cycle=cycle, patient=patient).first()
        if present is not None:
            return present
        offer = read_offer(cycle.pk)
        _check(offer, patient, by_staff=by_staff)
        now = clock.now()
        enrolment = Enrolment(
            cycle=offer.cycle,
            patient=patient,
            state=EnrolmentState.ENROLLED,
            origin=origin,
            asked_at=now,
            seated_at=now,
            enrolled_by=actor,
        )
        if not sit_down(enrolment):
            if not wait:
                raise WorkshopFull
            _queue_up(enrolment)
        note_contact(patient, now)
        record(
            actor,
            "enrolment.enrolled" if enrolment.has_seat else "enrolment.waiting",
            enrolment,
            patient_id=patient.pk,
            reference=enrolment.reference,
            origin=str(origin),
        )
        notifications.enrolled(enrolment) if enrolment.has_seat else notifications.waiting(enrolment)
    return enrolment


def _queue_up(enrolment: Enrolment) -> None:
    """Behind whoever waits, or has waited, for this cycle."""
    last = Enrolment.objects.filter(cycle=enrolment.cycle).aggregate(last=Max("queue"))["last"]
    enrolment.state, enrolment.seated_at = EnrolmentState.WAITING, None
    enrolment.queue = (last or 0) + 1
    enrolment.save(force_insert=True)


def enrol_for(cycle: WorkshopCycle, whom: int | SomebodyNew, *, user: User, wait: bool = False) -> Enrolment:
    """Enrol a known person (key) or a new one. Where it is refused, no record is left behind."""
    with transaction.atomic():
        return enrol(cycle, patient_of(user, whom), actor=user, wait=wait)


def sit_down(enrolment: Enrolment) -> bool:
    """Save it with its seat; False where the constraint of the table finds none left. Nobody counts beforehand."""
    try:
        with transaction.atomic():
            enrolment.save()
    except IntegrityError as error:
        if constraint_sentence(error, WorkshopCycle) is None:
            raise
        enrolment.pk = None if enrolment._state.adding else enrolment.pk
        return False
    return True


def _check(offer: Offer, patient: Patient, *, by_staff: bool) -> None:
    if not offer.coming or (offer.has_begun and not by_staff):
        raise WorkshopClosed
    refusal = people_who_may(offer.cycle.workshop, [patient], offer.first.start_at)[patient.pk]
    if refusal and not by_staff:
        raise MayNotEnrol(refusal)
    if is_gone(patient):
        raise MayNotEnrol(_("Cette fiche n’est plus active."))
