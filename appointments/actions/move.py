"""Another time for the same appointment: the new slot is taken before the old one is given back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appointments import caps, notifications
from appointments.actions.book import HoldExpired, PatientBusy, SlotClosed
from appointments.actions.claim import keeps_resources
from appointments.actions.close_offer import settle_offers
from appointments.actions.offer_freed import offer_freed_on_commit
from appointments.availability import is_open
from appointments.conditions import check_nothing_to_ask, check_time
from appointments.followers import tell_followers
from appointments.models import Appointment, Disruption, Status
from appointments.models.disruption import Outcome
from appointments.models.waiting import RequestState
from appointments.seating import take_seat
from appointments.trouble import is_in_trouble
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal

# The reason too: it belongs to the practitioner, who may be another one.
TAKEN_OVER = (
    "start_at",
    "end_at",
    "blocked_until",
    "place_kind",
    "place_id",
    "room_id",
    "equipment_id",
    "opening_id",
    "practitioner_id",
    "reason_id",
)


class TooLateToMove(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce rendez-vous ne peut plus être déplacé en ligne. Appelez le secrétariat : une solution existe."
            )
        )


class SeenTogether(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Deux professionnels reçoivent ensemble à cette heure : une heure qui convient aux deux se cherche à"
                " l’accueil. Annulez ce rendez-vous, puis reprenez-le avec « À deux »."
            )
        )


def move(
    appointment: Appointment,
    held: Appointment,
    *,
    holder: str,
    actor: AbstractBaseUser | AnonymousUser,
    by_staff: bool = False,
    invited: bool = False,
) -> Appointment:
    """Give the appointment the held time; reference and calendar entry stay, SEQUENCE grows.

    Sending the same form twice moves once. Raises `TooLateToMove` (never for the staff, nor for a patient who was
    `invited` by an offer or whose time the house cannot keep), `HoldExpired`, `SlotClosed`, `SeenTogether` or
    `PatientBusy`; nothing has changed then.
    """
    now = clock.now()
    with transaction.atomic():
        lock("agenda", appointment.practitioner_id, held.practitioner_id, shared=True)
        if appointment.patient_id is not None:
            lock("patient", appointment.patient_id)
        appointment, held = _locked(appointment, held)
        if _moved_already(appointment, held):
            return appointment
        keep_together(appointment)
        may = by_staff or invited or appointment.can_change_online(now) or is_in_trouble(appointment.pk, now)
        _check(appointment, held, holder, now, may=may)
        previous_start, previous_practitioner = appointment.start_at, appointment.practitioner_id
        _take_over(appointment, held)
        _settle_what_waited(appointment, actor, now)
        offer_freed_on_commit(previous_practitioner)
        record(
            actor,
            "appointment.moved",
            appointment,
            patient_id=appointment.patient_id,
            reference=appointment.reference,
            before=previous_start.isoformat(),
            after=appointment.start_at.isoformat(),
        )
        notifications.moved(appointment, previous_start, by_patient=not by_staff)
        tell_followers(appointment)
    return appointment


def _locked(*visits: Appointment) -> list[Appointment]:
    rows = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reason", "practitioner__centre", "place", "patient")
        .order_by("pk")
        .in_bulk([one.pk for one in visits])
    )
    return [rows[one.pk] for one in visits]


def _settle_what_waited(
    appointment: Appointment, actor: AbstractBaseUser | AnonymousUser, now: datetime
) -> None:
    """It is in trouble no more, and no offer stands for it."""
    Disruption.objects.filter(appointment=appointment, settled_at=None).update(
        settled_at=now, settled_by_id=actor.pk, outcome=Outcome.MOVED
    )
    settle_offers([appointment.pk], RequestState.SATISFIED, actor=actor)


def keep_together(appointment: Appointment) -> None:
    """Raises `SeenTogether` for a visit that two professionals give at once: half of it is not moved."""
    if appointment.accompanies_id is not None or appointment.companions.active().exists():
        raise SeenTogether


def _moved_already(appointment: Appointment, held: Appointment) -> bool:
    return (
        held.status == Status.LAPSED
        and held.moving_id == appointment.pk
        and held.start_at == appointment.start_at
    )


def _check(appointment: Appointment, held: Appointment, holder: str, now: datetime, *, may: bool) -> None:
    if appointment.status != Status.BOOKED or not may:
        raise TooLateToMove
    if not held.is_held_for(holder, now) or held.moving_id != appointment.pk:
        raise HoldExpired
    check_time(held.reason, held.start_at)
    if held.reason_id != appointment.reason_id:
        check_nothing_to_ask(held.reason)
    stands = is_open(held.practitioner_id, held.place_id, held.start_at, held.end_at)
    if not (stands and keeps_resources(held)):
        raise SlotClosed


def _take_over(appointment: Appointment, held: Appointment) -> None:
    held.status = Status.LAPSED
    held.save(update_fields=["status"])
    caps.hold_cap_of_move(appointment, held.reason, held.start_at)
    for field in TAKEN_OVER:
        setattr(appointment, field, getattr(held, field))
    take_seat(appointment)
    appointment.sequence += 1
    try:
        with transaction.atomic():
            appointment.save(update_fields=[*TAKEN_OVER, "sequence"])
    except IntegrityError as error:
        raise PatientBusy from error
