"""Is a booked patient still expected? What stands open, minus absences and closures, held against appointments.

The preview of a change and the change itself ask the same questions here, so that the one tells the truth of the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value

from appointments.conditions import broken
from appointments.models import (
    Absence,
    Appointment,
    Closure,
    Opening,
    PlaceKind,
    ResourceClosure,
    WorkshopHost,
)
from appointments.models.disruption import Cause

A_DAY = timedelta(hours=24)  # the longest opening that the table admits


class Window(NamedTuple):
    """A dated opening. `opening_id` 0 is one that is not saved yet."""

    start_at: datetime
    end_at: datetime
    place_id: int
    opening_id: int = 0
    rule_id: int | None = None
    rule_day: date | None = None
    by_hand: bool = False
    room_id: int | None = None


class Away(NamedTuple):
    """A time without anybody, in all places or (a closed annexe) in one."""

    start_at: datetime
    end_at: datetime
    place_id: int | None
    cause: Cause
    id: int = 0
    room_id: int | None = None  # a room or a device that is closed concerns who needs it, and nobody else
    equipment_id: int | None = None

    def concerns(self, appointment: Appointment) -> bool:
        if self.room_id is not None:
            return self.room_id == appointment.room_id
        if self.equipment_id is not None:
            return self.equipment_id == appointment.equipment_id
        return self.place_id in (None, appointment.place_id)


@dataclass
class Timetable:
    """What one practitioner says about when he receives."""

    windows: list[Window] = field(default_factory=list)
    aways: list[Away] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.windows.sort(key=lambda window: window.start_at)

    def trouble(self, appointment: Appointment, missing: Cause) -> Cause | None:
        """Why the appointment cannot be kept as it stands, if so. `missing` names the cause « no opening »."""
        for away in self.aways:
            overlaps = away.start_at < appointment.end_at and away.end_at > appointment.start_at
            if overlaps and away.concerns(appointment):
                return away.cause
        return None if self._covers(appointment) else missing

    def _covers(self, appointment: Appointment) -> bool:
        low = bisect_left(self.windows, appointment.start_at - A_DAY, key=lambda window: window.start_at)
        high = bisect_right(self.windows, appointment.start_at, key=lambda window: window.start_at)
        return any(
            window.end_at >= appointment.end_at
            and (appointment.place_kind != PlaceKind.CENTRE or window.place_id == appointment.place_id)
            for window in self.windows[low:high]
        )


def timetables(
    practitioner_ids: Collection[int], start: datetime, end: datetime | None = None
) -> dict[int, Timetable]:
    """As the tables stand, from `start` on. Four queries, however many practitioners."""
    openings = Opening.objects.standing().filter(practitioner__in=practitioner_ids, end_at__gt=start)
    absences = Absence.objects.filter(practitioner__in=practitioner_ids, end_at__gt=start)
    closures = Closure.objects.filter(centre__practitioners__in=practitioner_ids, end_at__gt=start)
    resources = ResourceClosure.objects.filter(end_at__gt=start)
    workshops = WorkshopHost.objects.filter(practitioner__in=practitioner_ids, end_at__gt=start)
    if end is not None:
        resources, workshops = resources.filter(start_at__lt=end), workshops.filter(start_at__lt=end)
        openings, absences = openings.filter(start_at__lt=end), absences.filter(start_at__lt=end)
        closures = closures.filter(start_at__lt=end)
    found = {pk: Timetable() for pk in practitioner_ids}
    for row in openings.order_by("start_at").values_list(
        "practitioner_id",
        "start_at",
        "end_at",
        "place_id",
        "pk",
        "rule_id",
        "rule_day",
        "is_edited",
        "room_id",
    ):
        found[row[0]].windows.append(Window(*row[1:]))
    away = _with_cause(absences, Cause.ABSENCE).union(_with_cause(workshops, Cause.WORKSHOP), all=True)
    for owner, start_at, end_at, key, cause in away.order_by("start_at", "id"):
        found[owner].aways.append(Away(start_at, end_at, None, Cause(cause), key))
    for owner, closure_id, start_at, end_at, place_id in closures.values_list(
        "centre__practitioners", "pk", "start_at", "end_at", "place_id"
    ):
        if owner in found:
            found[owner].aways.append(Away(start_at, end_at, place_id, Cause.CLOSURE, closure_id))
    for start_at, end_at, pk, room_id, equipment_id in resources.values_list(
        "start_at", "end_at", "pk", "room_id", "equipment_id"
    ):
        shut = Away(start_at, end_at, None, Cause.RESOURCE, pk, room_id, equipment_id)
        for table in found.values():
            table.aways.append(shut)
    return found


def _with_cause(rows: QuerySet[Any], cause: Cause) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.order_by().values_list("practitioner_id", "start_at", "end_at", "pk", Value(str(cause)))


def away_of(absence: Absence) -> Away:
    return Away(absence.start_at, absence.end_at, None, Cause.ABSENCE, absence.pk or 0)


def coming_appointments(
    practitioner_ids: Collection[int], end: datetime | None = None, *, details: bool = False
) -> list[Appointment]:
    """Booked and still to come: those that a change may strand."""
    coming = Appointment.objects.coming().filter(practitioner__in=practitioner_ids).order_by("start_at", "pk")
    if end is not None:
        coming = coming.filter(start_at__lt=end)
    return list(coming.with_details() if details else coming.select_related("reason"))


def troubled(
    appointments: Iterable[Appointment], tables: dict[int, Timetable], missing: Cause
) -> dict[int, Cause]:
    """The appointments that cannot be kept, by key, with the reason why."""
    appointments = list(appointments)
    found = {
        appointment.pk: cause
        for appointment in appointments
        if (cause := tables[appointment.practitioner_id].trouble(appointment, missing)) is not None
    }
    return found | dict.fromkeys(broken(appointments), Cause.PROTOCOL)
