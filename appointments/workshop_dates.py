"""« 6 séances, le mardi de 18 h à 20 h, tous les quinze jours, à partir du … »: which days, and what is against them.

Pure knowledge: the preview and the saving ask the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.calendar import public_holidays
from appointments.models import (
    Absence,
    Appointment,
    Closure,
    ResourceClosure,
    WorkshopHost,
    WorkshopSession,
)
from core import clock
from core.formats import french
from practitioners.models import Place, Practitioner, Room

MOST_DATES = 30
FARTHEST = timedelta(days=2 * 366)


class Pattern(NamedTuple):
    weekday: int
    start: time
    end: time
    every_n_weeks: int
    first: date
    number: int


@dataclass
class PlannedDate:
    """A day of the pattern. `skipped` says why it is left out; `conflicts` forbid, `warnings` only inform."""

    day: date
    start_at: datetime
    end_at: datetime
    skipped: str = ""
    conflicts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def meets(self, start_at: datetime, end_at: datetime) -> bool:
        return start_at < self.end_at and end_at > self.start_at


def plan(pattern: Pattern, place: Place) -> list[PlannedDate]:
    """In order, as many days as asked beside holidays and closures, which are shown with their reason."""
    first = pattern.first + timedelta(days=(pattern.weekday - pattern.first.weekday()) % 7)
    last = pattern.first + FARTHEST
    holidays = public_holidays(place.centre.holiday_zone, first, last)
    shut = list(
        Closure.objects.filter(
            Q(place=None) | Q(place=place), centre=place.centre_id, end_at__gt=clock.day_bounds(first)[0]
        ).order_by("start_at")
    )
    found: list[PlannedDate] = []
    wanted = min(pattern.number, MOST_DATES)
    day = first
    while wanted and day <= last:
        planned = PlannedDate(day, clock.at(day, pattern.start), clock.at(day, pattern.end))
        closure = next((one for one in shut if planned.meets(one.start_at, one.end_at)), None)
        if day in holidays:
            planned.skipped = holidays[day]
        elif closure is not None:
            planned.skipped = closure.label
        else:
            wanted -= 1
        found.append(planned)
        day += timedelta(weeks=pattern.every_n_weeks)
    return found


def look_around(
    dates: Sequence[PlannedDate],
    animators: Collection[Practitioner],
    room: Room | None,
    *,
    but: WorkshopSession | None = None,
) -> None:
    """Write on each date what stands against it. At most four queries; `but` is the session that is being moved."""
    if not dates:
        return
    window = {"start_at__lt": max(d.end_at for d in dates), "end_at__gt": min(d.start_at for d in dates)}
    names = {one.pk: one.display_name for one in animators}
    hosts = WorkshopHost.objects.filter(practitioner__in=names, **window).exclude(
        session=but.pk if but else 0
    )
    for who, start_at, end_at in hosts.order_by("pk").values_list("practitioner_id", "start_at", "end_at"):
        sentence = _("%(who)s anime déjà un autre atelier à cette heure.") % {"who": names[who]}
        _write(dates, start_at, end_at, "conflicts", sentence)
    if room is not None:
        shut = ResourceClosure.objects.filter(room=room, **window)
        shut = shut.exclude(pk=(but.room_closure_id if but else None) or 0)
        for start_at, end_at, label in shut.order_by("pk").values_list("start_at", "end_at", "label"):
            sentence = _("La salle n’est pas libre : %(why)s.") % {"why": label}
            _write(dates, start_at, end_at, "conflicts", sentence)
    absences = Absence.objects.filter(practitioner__in=names, **window)
    for who, start_at, end_at in absences.order_by("pk").values_list("practitioner_id", "start_at", "end_at"):
        _write(dates, start_at, end_at, "warnings", _("%(who)s est absent.") % {"who": names[who]})
    _count_visits(dates, names, room, window)


def _count_visits(
    dates: Sequence[PlannedDate], names: dict[int, str], room: Room | None, window: dict[str, datetime]
) -> None:
    """Patients who would have to be given another time."""
    where = Q(practitioner__in=names) | (Q(room=room) if room else Q(pk__in=[]))
    visits = list(
        Appointment.objects.coming().filter(where, **window).order_by().values_list("start_at", "end_at")
    )
    for one in dates:
        number = sum(one.meets(*visit) for visit in visits)
        if number:
            words = ngettext(
                "%d rendez-vous déjà pris à cette heure serait à replacer.",
                "%d rendez-vous déjà pris à cette heure seraient à replacer.",
                number,
            )
            one.warnings.append(words % number)


def _write(
    dates: Sequence[PlannedDate], start_at: datetime, end_at: datetime, where: str, sentence: str
) -> None:
    for one in dates:
        lines: list[str] = getattr(one, where)
        if one.meets(start_at, end_at) and sentence not in lines:
            lines.append(sentence)


def in_words(start_at: datetime, end_at: datetime) -> str:
    """« mardi 1er décembre, de 18 h à 20 h »."""
    return _("%(day)s, de %(start)s à %(end)s") % {
        "day": french.full_day(start_at),
        "start": french.hour(start_at),
        "end": french.hour(end_at),
    }
