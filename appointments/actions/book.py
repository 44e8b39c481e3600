"""The held slot becomes somebody's appointment."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appointments import caps, eligibility, notifications
from appointments.booking_facts import Facts, facts_of
from appointments.conditions import Answers, check_answers, check_time, keep_answers
from appointments.followers import tell_followers
from appointments.models import Appointment, Audience, Origin, Status
from appointments.notifications.people import people_among
from appointments.seating import Seeker, take_seat
from core import clock
from core.audit.record import event
from core.db import violated
from core.outbox.enqueue import enqueuing
from core.prepared import ask_together, inserting, updating
from core.refusal import Refusal
from patients.actions.note_contact import noting_contact, require_noted
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
        facts = facts_of(held, patient.pk, now)
        return book_by(
            facts,
            now,
            holder=holder,
            patient=patient,
            actor=actor,
            patient_message=patient_message,
            origin=origin,
            answers=answers,
        )


def book_by(
    facts: Facts,
    now: datetime,
    *,
    holder: str,
    patient: Patient,
    actor: AbstractBaseUser | AnonymousUser,
    patient_message: str = "",
    origin: Origin = Origin.ONLINE,
    answers: Answers | None = None,
) -> Appointment:
    """`book`, in the transaction that gathered the facts; a refusal ends that transaction."""
    appointment = facts.appointment
    if appointment is None:
        raise HoldExpired
    if appointment.status == Status.BOOKED and (appointment.holder, appointment.patient_id) == (
        holder,
        patient.pk,
    ):
        return appointment
    if not appointment.is_held_for(holder, now) or appointment.moving_id is not None:
        raise HoldExpired
    _check(appointment, patient, facts, now)
    take_seat(appointment, Seeker(patient.pk, actor.pk))
    check_answers(appointment.reason, answers)
    appointment.status = Status.BOOKED
    appointment.patient = patient
    appointment.patient_message = patient_message
    appointment.booked_at = now
    appointment.booked_by_id = actor.pk
    appointment.held_until = None
    appointment.origin = origin
    _write(appointment, patient, actor, facts, now)
    keep_answers(appointment, answers, actor)
    tell_followers(appointment)
    return appointment


WRITTEN = (
    "status",
    "patient",
    "patient_message",
    "booked_at",
    "booked_by",
    "held_until",
    "origin",
    "opening",
)


def _write(
    appointment: Appointment,
    patient: Patient,
    actor: AbstractBaseUser | AnonymousUser,
    facts: Facts,
    now: datetime,
) -> None:
    """The row, the person's last contact, the trace and the messages, in one round trip."""
    trace = event(
        actor,
        "appointment.booked",
        appointment,
        patient_id=patient.pk,
        reference=appointment.reference,
        origin=str(appointment.origin),
    )
    people = people_among(facts.accounts, patient)
    try:
        _row, is_noted, *_rest = ask_together(
            updating(appointment, *WRITTEN),
            noting_contact(patient.pk, now),
            inserting([trace]),
            *enqueuing(notifications.booking_messages(appointment, people, facts.reminders)),
        )
    except IntegrityError as error:
        if violated(error) == "appointment_patient_free":
            raise PatientBusy from error
        raise
    require_noted(patient, is_noted)


def _check(appointment: Appointment, patient: Patient, facts: Facts, now: datetime) -> None:
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
    refusal = refusal or eligibility.limit_reached(reason, patient, now)
    refusal = refusal or eligibility.booked_by_telephone(patient, facts.missed)
    if refusal:
        raise NotEligible(refusal)
    caps.hold_cap(reason, patient, [appointment.start_at])
    if not facts.is_open or facts.is_closed:
        raise SlotClosed
