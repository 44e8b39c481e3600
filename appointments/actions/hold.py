"""A visitor taps a slot: it is his for ten minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import CharField, DateTimeField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from appointments.actions.claim import NoEquipment, ResourceShut, claim
from appointments.agenda import Agenda
from appointments.availability import PUBLIC, asking_for_slot, find_slot
from appointments.conditions import check_time
from appointments.models import Appointment, Status, VisitReason
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.seating import NOBODY, NoSeat, Seeker
from appointments.sweep import Slot
from core import clock
from core.prepared import Lock, Question, ask, ask_together, given, locking
from core.refusal import Refusal

HOLD_TIME = timedelta(minutes=10)
GRACE = timedelta(seconds=20)


class SlotTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce créneau vient d’être pris. Voici les plus proches encore libres."))


def hold(
    reason: VisitReason,
    start_at: datetime,
    *,
    holder: str,
    audiences: Collection[str] = PUBLIC,
    moving: Appointment | None = None,
    ignore_notice: bool = False,
    seeker: Seeker = NOBODY,
) -> Appointment:
    """Hold the slot for this visitor, giving up what he held before.

    Raises `SlotTaken` where the slot is not free: then his former hold stays as it was. `ignore_notice` is for the
    pool of unscheduled care, which is for today. `seeker`: for whom, where visits are counted by seats.
    """
    now = clock.now()
    if moving is not None:
        seeker = Seeker(moving.patient_id, seeker.actor_id, frozenset({moving.pk}))
    with transaction.atomic():
        agenda = _give_up_former(reason, start_at, holder, audiences, now)
        check_time(reason, start_at)
        slot = find_slot(
            reason,
            start_at,
            now=now,
            audiences=audiences,
            ignore_notice=ignore_notice,
            seeker=seeker,
            agenda=agenda,
        )
        if slot is None:
            raise SlotTaken
        row = _claim(_held(slot, reason, holder, moving, now), now, seeker)
        if row is None:
            raise SlotTaken
        return row


def _held(
    slot: Slot, reason: VisitReason, holder: str, moving: Appointment | None, now: datetime
) -> Appointment:
    return Appointment(
        status=Status.HELD,
        practitioner_id=reason.practitioner_id,
        reason=reason,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
        holder=holder,
        held_at=now,
        held_until=now + HOLD_TIME,
        moving=moving,
    )


def _give_up_former(
    reason: VisitReason, start_at: datetime, holder: str, audiences: Collection[str], now: datetime
) -> Agenda:
    """What stands in the practitioner's agenda without this visitor's former hold and without those that are over."""
    asked = asking_for_slot(reason, start_at, now=now, audiences=audiences)
    end = start_at + reason.duration + reason.buffer
    _locked, in_the_way, agenda = ask_together(
        # Whoever declares an absence or changes a rule takes this lock alone, and so sees every hold.
        locking(Lock("agenda", reason.practitioner_id)),
        _TO_CLEAR(holder=holder, now=now, start=start_at, end=end),
        asked,
    )
    if not in_the_way:
        return cast("Agenda", agenda)
    Appointment.objects.filter(holder=holder, status=Status.HELD).update(status=Status.LAPSED)
    _lapse(Appointment.objects.stale_holds(now).filter(pk__in=[key for (key,) in in_the_way]))
    return ask(asked)


def _to_clear() -> QuerySet[Appointment, Any]:
    now, start, end = (given(name, DateTimeField) for name in ("now", "start", "end"))
    # In whatever room: those that are over are few.
    over = Q(held_until__lte=now, start_at__lt=end, blocked_until__gt=start)
    holds = Appointment.objects.filter(Q(holder=given("holder", CharField)) | over, status=Status.HELD)
    return holds.order_by().values_list("pk")


_TO_CLEAR = Question(_to_clear)


def _claim(wanted: Appointment, now: datetime, seeker: Seeker) -> Appointment | None:
    """A room that was closed, a device or a seat that was taken a moment ago is a slot that is gone."""
    try:
        return claim(wanted, now, seeker)
    except (NoEquipment, NoSeat, ResourceShut) as refusal:
        raise SlotTaken from refusal


def sweep_aside(
    practitioner_id: int, room_id: int | None, start: datetime, end: datetime, now: datetime
) -> None:
    """Expired holds that nobody has cleared yet still stand in the constraint's way."""
    where = Q(practitioner_id=practitioner_id)
    if room_id is not None:
        where |= Q(room_id=room_id)
    _lapse(Appointment.objects.stale_holds(now).overlapping(start, end).filter(where))


def _lapse(stale: AppointmentQuerySet) -> None:
    keys = stale.select_for_update(skip_locked=True, no_key=True, of=("self",)).values_list("pk", flat=True)
    if found := list(keys):
        Appointment.objects.filter(pk__in=found).update(status=Status.LAPSED)


def loosen(held: Appointment, *, holder: str) -> None:
    """The visitor leaves the page: the slot is free again in a moment, unless he was only reloading it."""
    soon = clock.now() + GRACE
    Appointment.objects.filter(pk=held.pk, holder=holder, status=Status.HELD, held_until__gt=soon).update(
        held_until=soon
    )


def keep(held: Appointment, *, holder: str) -> datetime | None:
    """The visitor is on the page: the hold lasts to its first end. None where it is over."""
    now = clock.now()
    if held.held_at is None:
        return None
    until = held.held_at + HOLD_TIME
    kept = Appointment.objects.filter(
        pk=held.pk, holder=holder, status=Status.HELD, held_until__gt=now
    ).update(held_until=until)
    return until if kept and until > now else None


def release(held: Appointment, *, holder: str) -> None:
    """The visitor gives the slot back."""
    Appointment.objects.filter(pk=held.pk, holder=holder, status=Status.HELD).update(status=Status.LAPSED)


def expire_holds() -> int:
    """Clear what nobody confirmed in time; forget abandoned holds after a month. How many were cleared."""
    now = clock.now()
    stale = Appointment.objects.stale_holds(now).select_for_update(
        skip_locked=True, no_key=True, of=("self",)
    )
    with transaction.atomic():
        keys = list(stale.values_list("pk", flat=True))
        Appointment.objects.filter(pk__in=keys).update(status=Status.LAPSED)
        Appointment.objects.filter(status=Status.LAPSED, held_at__lt=now - timedelta(days=30)).delete()
    return len(keys)
