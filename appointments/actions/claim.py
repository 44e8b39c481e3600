"""A visit takes its time, its room and the device that its reason needs: all or none, in a booking's transaction."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appointments.conditions import check_time
from appointments.models import Appointment, Status
from appointments.resources import asking_closures, free_units, resource_locks
from appointments.seating import NOBODY, Seeker, take_seat
from core.db import insert_or_none, note_written
from core.prepared import ask_together, inserting, locking
from core.refusal import Refusal


class ResourceShut(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La salle est fermée à cette heure."))


class NoEquipment(Refusal):
    def __init__(self) -> None:
        super().__init__(_("L’équipement que demande ce motif n’est pas libre à cette heure."))


def claim(wanted: Appointment, now: datetime, seeker: Seeker = NOBODY) -> Appointment | None:
    """Insert the row with the first free device of the kind that its reason needs; None where a rival is faster.

    The caller holds the practitioner's shared lock. `seeker`: for whom it is held, where the row does not say so.
    Raises `ResourceShut`, `NoEquipment`, `NotAllowed` and `NoSeat`: the caller's transaction ends, or its savepoint.
    """
    check_time(wanted.reason, wanted.start_at)
    take_seat(wanted, seeker)
    kind = wanted.reason.equipment_kind_id
    if kind is None:
        return _insert_where_open(wanted)
    if not keeps_resources(wanted):
        raise ResourceShut
    units = free_units(kind, wanted.place_id, wanted.start_at, wanted.end_at, wanted.blocked_until, now)
    if not units:
        raise NoEquipment
    _clear_stale(units, wanted, now)
    for unit in units:
        wanted.equipment_id = unit
        if keeps_resources(wanted) and (row := insert_or_none(wanted)):
            return row
    return None


def _insert_where_open(wanted: Appointment) -> Appointment | None:
    if wanted.room_id is None:
        return insert_or_none(wanted)
    _locked, keys, is_closed = ask_together(
        locking(*resource_locks(wanted)), inserting([wanted], or_leave=True), asking_closures(wanted)
    )
    if is_closed:
        raise ResourceShut
    return note_written(wanted, keys[0]) if keys else None


def keeps_resources(visit: Appointment) -> bool:
    """Whether the visit's room and device are in use then; from here on nobody closes them before the commit."""
    if visit.room_id is None and visit.equipment_id is None:
        return True
    return not ask_together(locking(*resource_locks(visit)), asking_closures(visit))[1]


def _clear_stale(units: list[int], wanted: Appointment, now: datetime) -> None:
    """Expired holds that nobody has cleared yet still stand in the constraint's way."""
    stale = Appointment.objects.stale_holds(now).overlapping(wanted.start_at, wanted.blocked_until)
    keys = stale.filter(equipment__in=units).select_for_update(skip_locked=True, no_key=True, of=("self",))
    if found := list(keys.values_list("pk", flat=True)):
        Appointment.objects.filter(pk__in=found).update(status=Status.LAPSED)
