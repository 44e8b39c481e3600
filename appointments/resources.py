"""Rooms and devices: whether one is out of use, and which devices are free. Reads, never writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet

from appointments.models import Appointment, ResourceClosure
from appointments.models.appointment_queries import AppointmentQuerySet
from core.prepared import Asked, Lock, Question, given
from practitioners.models import Equipment


def _of_either() -> QuerySet[ResourceClosure, Any]:
    either = Q(room_id=given("room")) | Q(equipment_id=given("equipment"))
    return ResourceClosure.objects.filter(
        either, start_at__lt=given("end", DateTimeField), end_at__gt=given("start", DateTimeField)
    ).values_list("pk")


_CLOSURES = Question(_of_either)


def asking_closures(visit: Appointment) -> Asked[bool]:
    """Whether something keeps the visit's room or device from being used then."""
    asked = _CLOSURES(
        room=visit.room_id, equipment=visit.equipment_id, start=visit.start_at, end=visit.end_at
    )
    return asked.then(bool)


def resource_locks(visit: Appointment) -> list[Lock]:
    """While they are held nobody closes the visit's room or device."""
    keys = (("room", visit.room_id), ("equipment", visit.equipment_id))
    return [Lock(name, key) for name, key in keys if key is not None]


def closures_of(
    room_id: int | None, equipment_id: int | None, start: datetime, end: datetime
) -> QuerySet[ResourceClosure]:
    """What keeps this room or this device from being used then."""
    where = Q(pk__in=[])
    if room_id is not None:
        where |= Q(room=room_id)
    if equipment_id is not None:
        where |= Q(equipment=equipment_id)
    return ResourceClosure.objects.filter(where, start_at__lt=end, end_at__gt=start)


def visits_touched(closure: ResourceClosure) -> AppointmentQuerySet:
    """Booked visits to come that need what is closed."""
    name, key = closure.lock_key
    return (
        Appointment.objects.coming()
        .filter(**{name: key}, start_at__lt=closure.end_at, end_at__gt=closure.start_at)
        .order_by("start_at", "pk")
    )


def free_units(
    kind_id: int, place_id: int, start: datetime, end: datetime, blocked_until: datetime, now: datetime
) -> list[int]:
    """The devices of this kind that stand in this place and that nobody has then; one query, always the same order."""
    taken = Appointment.objects.overlapping(start, blocked_until).filter(
        Q(held_until=None) | Q(held_until__gt=now), equipment=OuterRef("pk")
    )
    shut = ResourceClosure.objects.filter(equipment=OuterRef("pk"), start_at__lt=end, end_at__gt=start)
    units = Equipment.objects.filter(
        ~Exists(taken), ~Exists(shut), kind=kind_id, place=place_id, is_active=True
    )
    return list(units.order_by("pk").values_list("pk", flat=True))
