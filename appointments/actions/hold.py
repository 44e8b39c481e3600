"""A visitor taps a slot: it is his for ten minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.actions.claim import NoEquipment, ResourceShut, claim
from appointments.availability import PUBLIC, find_slot
from appointments.conditions import check_time
from appointments.models import Appointment, Status, VisitReason
from appointments.seating import NOBODY, NoSeat, Seeker
from core import clock
from core.db import lock
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
        # Whoever declares an absence or changes a rule takes this lock alone, and so sees every hold.
        lock("agenda", reason.practitioner_id, shared=True)
        Appointment.objects.filter(holder=holder, status=Status.HELD).update(status=Status.LAPSED)
        check_time(reason, start_at)
        slot = find_slot(
            reason, start_at, now=now, audiences=audiences, ignore_notice=ignore_notice, seeker=seeker
        )
        if slot is None:
            raise SlotTaken
        sweep_aside(reason.practitioner_id, slot.opening.room_id, slot.start_at, slot.blocked_until, now)
        row = _claim(
            Appointment(
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
            ),
            now,
            seeker,
        )
        if row is None:
            raise SlotTaken
        return row


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
    stale = Appointment.objects.stale_holds(now).overlapping(start, end).filter(where)
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
