"""The held slot becomes somebody's appointment."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments import caps, eligibility, notifications
from appointments.actions.claim import keeps_resources
from appointments.availability import is_open
from appointments.conditions import Answers, check_answers, check_time, keep_answers
from appointments.followers import tell_followers
from appointments.models import Appointment, Audience, Origin, Status
from appointments.seating import Seeker, take_seat
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.actions.note_contact import note_contact
from patients.models import Patient


class HoldExpired(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Les 10 minutes sont passées et le créneau n’est plus retenu. Voici les plus proches encore libres."
            )
        )


class SlotClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Le professionnel vient de fermer ce créneau. Voici les plus proches encore libres.")
        )


class NotEligible(Refusal):
    """A rule of the reason refuses this person."""


class PatientBusy(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne a déjà un rendez-vous à cette heure."))


def book(
    held: Appointment,
    *,
    holder: str,
    patient: Patient,
    actor: AbstractBaseUser | AnonymousUser,
    patient_message: str = "",
    origin: Origin = Origin.ONLINE,
    answers: Answers | None = None,
) -> Appointment:
    """Turn the hold into an appointment, with its trace and its messages, in one transaction.

    Sending the same form twice answers the same appointment. Raises `HoldExpired`, `SlotClosed`, `NotEligible`,
    `PatientBusy`, `NoSeat` or what `conditions` raises; the hold then stays as it was.
    """
    now = clock.now()
    with transaction.atomic():
        lock("agenda", held.practitioner_id, shared=True)
        lock("patient", patient.pk)
        appointment = (
            # A hold that is over is not even locked: whoever wants the slot now sweeps it aside.
            Appointment.objects.filter(Q(held_until=None) | Q(held_until__gt=now))
            .select_for_update(of=("self",), no_key=True)
            .select_related(
                "reason__practitioner__centre", "practitioner__centre", "place", "patient", "opening"
            )
            .filter(pk=held.pk)
            .first()
        )
        if appointment is None:
            raise HoldExpired
        if appointment.status == Status.BOOKED and (appointment.holder, appointment.patient_id) == (
            holder,
            patient.pk,
        ):
            return appointment
        if not appointment.is_held_for(holder, now) or appointment.moving_id is not None:
            raise HoldExpired
        _check(appointment, patient)
        take_seat(appointment, Seeker(patient.pk, actor.pk))
        check_answers(appointment.reason, answers)
        appointment.status = Status.BOOKED
        appointment.patient = patient
        appointment.patient_message = patient_message
        appointment.booked_at = now
        appointment.booked_by_id = actor.pk
        appointment.held_until = None
        appointment.origin = origin
        try:
            with transaction.atomic():
                appointment.save(
                    update_fields=[
                        "status",
                        "patient",
                        "patient_message",
                        "booked_at",
                        "booked_by",
                        "held_until",
                        "origin",
                    ]
                )
        except IntegrityError as error:
            raise PatientBusy from error
        keep_answers(appointment, answers, actor)
        note_contact(patient, now)
        record(
            actor,
            "appointment.booked",
            appointment,
            patient_id=patient.pk,
            reference=appointment.reference,
            origin=str(origin),
        )
        notifications.booked(appointment)
        tell_followers(appointment)
    return appointment


def _check(appointment: Appointment, patient: Patient) -> None:
    reason = appointment.reason
    check_time(reason, appointment.start_at)
    # Held by somebody whom the practitioner follows, it may be confirmed for a relative whom he does not.
    opening = appointment.opening
    kept = opening is not None and opening.audience == Audience.KNOWN
    asks = kept or eligibility.asks_who_is_known(reason)
    known = asks and eligibility.is_known(patient, appointment.practitioner_id)
    refusal = eligibility.why_not(
        reason,
        patient,
        appointment.start_at,
        known=known,
        kept_for_known=kept,
        from_pool=opening is not None and opening.audience == Audience.UNSCHEDULED,
    )
    refusal = refusal or eligibility.limit_reached(reason, patient, clock.now())
    refusal = refusal or eligibility.booked_by_telephone(patient, clock.now())
    if refusal:
        raise NotEligible(refusal)
    caps.hold_cap(reason, patient, [appointment.start_at])
    if not is_open(
        appointment.practitioner_id, appointment.place_id, appointment.start_at, appointment.end_at
    ) or not keeps_resources(appointment):
        raise SlotClosed
