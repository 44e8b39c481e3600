"""Two professionals for one patient are booked: both or none."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import caps, notifications
from appointments.actions.book_series import lock_for_several
from appointments.actions.claim import NoEquipment, ResourceShut, claim
from appointments.actions.hold import sweep_aside
from appointments.availability import Slot
from appointments.conditions import check_nothing_to_ask
from appointments.followers import tell_followers
from appointments.joint import JointWish, Pair, joint_slots
from appointments.models import Appointment, AppointmentChain, Origin, Status
from appointments.seating import NoSeat
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients.actions.note_contact import note_contact
from patients.models import Patient

A_SECOND = timedelta(seconds=1)


class PairLost(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "L’une des deux heures vient d’être prise : rien n’est réservé."
                " Voici ce qui est encore libre pour les deux."
            )
        )


def book_together(
    pair: Pair, patient: Patient, *, actor: User, key: uuid.UUID, origin: Origin = Origin.DESK
) -> Appointment:
    """The host's visit, and a second row for the professional who joins: the patient has one appointment.

    The second row keeps no room (both are in the host's) and is left out of the patient's constraint. The same `key`
    twice books once. Raises `PairLost`; nothing is written then.
    """
    with transaction.atomic():
        wish = JointWish([pair.first.reason], [pair.second.reason])
        host, is_new = _book_first(pair, wish, patient, actor, key, origin)
        if is_new:
            guest = _row(pair.second, patient, actor, origin)
            guest.accompanies, guest.room_id = host, None
            _claim(guest, pair.second)
            _trace(guest, actor, with_reference=host.reference)
            notifications.booked(host)
            # When both rows stand: who follows one may ask for the other.
            tell_followers(host)
            tell_followers(guest)
    return host


def book_in_turn(
    pair: Pair,
    wish: JointWish,
    patient: Patient,
    *,
    actor: User,
    key: uuid.UUID,
    origin: Origin = Origin.DESK,
) -> Appointment:
    """Two visits, told in one message; `wish` says how long the patient may wait in between. Raises `PairLost`."""
    with transaction.atomic():
        exact = JointWish([pair.first.reason], [pair.second.reason], False, wish.at_least, wish.at_most)
        first, is_new = _book_first(pair, exact, patient, actor, key, origin)
        if is_new:
            second = _row(pair.second, patient, actor, origin)
            _claim(second, pair.second)
            _trace(second, actor, with_reference=first.reference)
            chain = AppointmentChain.objects.create(
                first=first,
                second=second,
                at_least=wish.at_least,
                at_most=wish.at_most,
                created_by=actor,
            )
            notifications.several_booked(chain, [first, second])
            tell_followers(first)
            tell_followers(second)
    return first


def _book_first(
    pair: Pair, wish: JointWish, patient: Patient, actor: User, key: uuid.UUID, origin: Origin
) -> tuple[Appointment, bool]:
    lock_for_several(patient.pk, [slot.reason.practitioner_id for slot in pair])
    known = Appointment.objects.filter(request_id=key, patient=patient).first()
    if known is not None:
        return known, False
    start = pair.first.start_at
    free = joint_slots(wish, patient, start, start + A_SECOND, now=clock.now())
    if pair.value not in {one.value for one in free}:
        raise PairLost
    row = _row(pair.first, patient, actor, origin)
    row.request_id = key
    _claim(row, pair.first)
    note_contact(patient, clock.now())
    _trace(row, actor)
    return row, True


def _claim(row: Appointment, slot: Slot) -> None:
    sweep_aside(row.practitioner_id, row.room_id, slot.start_at, slot.blocked_until, clock.now())
    check_nothing_to_ask(slot.reason)
    if row.patient is not None and row.accompanies is None:
        caps.hold_cap(row.reason, row.patient, [row.start_at])
    try:
        if claim(row, clock.now()) is None:
            raise PairLost
    except (NoEquipment, NoSeat, ResourceShut) as error:
        raise PairLost from error


def _row(slot: Slot, patient: Patient, actor: User, origin: Origin) -> Appointment:
    return Appointment(
        status=Status.BOOKED,
        practitioner=slot.reason.practitioner,
        reason=slot.reason,
        patient=patient,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=slot.reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
        booked_at=clock.now(),
        booked_by=actor,
        origin=origin,
    )


def _trace(row: Appointment, actor: User, with_reference: str = "") -> None:
    record(
        actor,
        "appointment.booked",
        row,
        patient_id=row.patient_id,
        reference=row.reference,
        origin=str(row.origin),
        **({"together_with": with_reference} if with_reference else {}),
    )
