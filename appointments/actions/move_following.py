"""« Décaler aussi les suivantes »: several sessions of a series go to other times, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from accounts.models import User
from appointments import caps, notifications
from appointments.actions.book_series import NothingChosen, SessionsLost, lock_for_several, no_longer_free
from appointments.actions.claim import keeps_resources
from appointments.actions.close_offer import settle_offers
from appointments.actions.hold import sweep_aside
from appointments.actions.move import TooLateToMove
from appointments.actions.offer_freed import offer_freed_on_commit
from appointments.availability import Slot
from appointments.followers import tell_followers
from appointments.models import Appointment, AppointmentSeries, Disruption, Status
from appointments.models.disruption import Outcome
from appointments.models.waiting import RequestState
from appointments.resources import free_units
from appointments.seating import NoSeat, take_seat
from core import clock
from core.audit.record import record


def move_following(series: AppointmentSeries, moves: Mapping[int, Slot], *, actor: User) -> list[Appointment]:
    """`moves`: key of the session → its new time. References and calendar entries stay.

    Sending it twice moves once. Raises `SessionsLost` or `TooLateToMove`; nothing has changed then.
    """
    if not moves:
        raise NothingChosen
    with transaction.atomic():
        before = Appointment.objects.filter(pk__in=moves).values_list("practitioner_id", flat=True)
        lock_for_several(
            series.patient_id, [*before, *(slot.reason.practitioner_id for slot in moves.values())]
        )
        rows = list(
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("reason", "practitioner__centre", "place", "patient")
            .filter(pk__in=moves, series=series)
            .order_by("start_at", "pk")
        )
        changed = [row for row in rows if row.start_at != moves[row.pk].start_at]
        if any(row.status != Status.BOOKED for row in changed):
            raise TooLateToMove
        if changed:
            _move_all(series, changed, moves, actor)
    return rows


def _move_all(
    series: AppointmentSeries, rows: Sequence[Appointment], moves: Mapping[int, Slot], actor: User
) -> None:
    lost = no_longer_free(series.patient, [moves[row.pk] for row in rows], giving_up=rows)
    if lost:
        raise SessionsLost(lost)
    # One may go where the next one still is: all let go first. Nobody sees it, the transaction is not over.
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(status=Status.LAPSED)
    for row in rows:
        previous = row.start_at
        _take(row, moves[row.pk])
        record(
            actor,
            "appointment.moved",
            row,
            patient_id=row.patient_id,
            reference=row.reference,
            before=previous.isoformat(),
            after=row.start_at.isoformat(),
            series=series.pk,
        )
    Disruption.objects.filter(appointment__in=rows, settled_at=None).update(
        settled_at=clock.now(), settled_by=actor, outcome=Outcome.MOVED
    )
    settle_offers([row.pk for row in rows], RequestState.SATISFIED, actor=actor)
    for practitioner in {row.practitioner_id for row in rows}:
        offer_freed_on_commit(practitioner)
    notifications.several_moved(series, rows)
    for row in rows:
        tell_followers(row)


def _take(row: Appointment, slot: Slot) -> None:
    opening = slot.opening
    caps.hold_cap_of_move(row, slot.reason, slot.start_at)
    sweep_aside(slot.reason.practitioner_id, opening.room_id, slot.start_at, slot.blocked_until, clock.now())
    row.status = Status.BOOKED
    row.reason, row.practitioner = slot.reason, slot.reason.practitioner
    row.place_id, row.room_id, row.opening_id = opening.place_id, opening.room_id, opening.id
    row.place_kind = slot.reason.place_kind
    row.start_at, row.end_at, row.blocked_until = slot.start_at, slot.end_at, slot.blocked_until
    row.sequence += 1
    _take_seat(row, slot)
    _take_device(row, slot)
    try:
        with transaction.atomic():
            row.save(
                update_fields=[
                    "status",
                    "reason",
                    "practitioner",
                    "place",
                    "room",
                    "equipment",
                    "opening",
                    "place_kind",
                    "start_at",
                    "end_at",
                    "blocked_until",
                    "sequence",
                ]
            )
    except IntegrityError as error:
        raise SessionsLost([slot]) from error


def _take_seat(row: Appointment, slot: Slot) -> None:
    try:
        take_seat(row)
    except NoSeat as refusal:
        raise SessionsLost([slot]) from refusal


def _take_device(row: Appointment, slot: Slot) -> None:
    """The first free device of the kind that the reason needs, in a room that is in use."""
    kind = slot.reason.equipment_kind_id
    units = (
        free_units(kind, row.place_id, row.start_at, row.end_at, row.blocked_until, clock.now())
        if kind is not None
        else [None]
    )
    row.equipment_id = units[0] if units else None
    if not units or not keeps_resources(row):
        raise SessionsLost([slot])
