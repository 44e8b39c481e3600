"""The year of the studios, as a drawing and as a list. Reads, never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.dateformat import format as date_format

from accounts.access import Visitor, is_coordinator
from coordination.models import Lodging, LodgingRequest, Occupancy
from core import clock

LEFT, WIDTH, ROW, TOP = 120, 840, 34, 24


@dataclass(frozen=True)
class Bar:
    occupancy: Occupancy
    x: float
    width: float
    y: int

    @property
    def text_y(self) -> int:
        return self.y + 16

    @property
    def has_room(self) -> bool:
        return self.width > 60


@dataclass(frozen=True)
class Year:
    """Twelve months from left to right, a line for each studio."""

    number: int
    months: list[tuple[float, str]]
    rows: list[tuple[int, Lodging, list[Bar]]]
    now: float | None

    @property
    def height(self) -> int:
        return TOP + ROW * max(1, len(self.rows)) + 6


def year_of(number: int, lodgings: Sequence[Lodging]) -> Year:
    first, last = date(number, 1, 1), date(number, 12, 31)
    days = (last - first).days + 1

    def x(day: date) -> float:
        return round(LEFT + WIDTH * (day - first).days / days, 1)

    rows = []
    for index, lodging in enumerate(lodgings):
        y = TOP + ROW * index
        here = [one for one in lodging.occupancies.all() if one.since <= last and one.until >= first]
        bars = []
        for one in here:
            start = x(max(one.since, first))
            end = LEFT + WIDTH if one.until >= last else x(date.fromordinal(one.until.toordinal() + 1))
            bars.append(Bar(one, start, round(end - start, 1), y))
        rows.append((y + 16, lodging, bars))
    firsts = [date(number, month, 1) for month in range(1, 13)]
    months = [(x(day), date_format(day, "M")) for day in firsts]
    today = clock.today()
    return Year(number, months, rows, x(today) if today.year == number else None)


def requests_of(user: Visitor) -> QuerySet[LodgingRequest]:
    """All for the coordinator, his own for a trainee."""
    rows = LodgingRequest.objects.select_related("stay__intern", "occupancy__lodging")
    return rows if is_coordinator(user) else rows.filter(stay__intern__user=user.pk or 0)
