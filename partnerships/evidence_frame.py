"""What a measure is given and what it answers. Pure values: nothing here reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.access import Visitor
from core import clock
from core.formats import french
from partnerships.models import EvidenceGrid
from practitioners.models import Centre

HUNDREDTH = Decimal("0.01")

type Questions = dict[str, QuerySet[Any, Any]]


@dataclass(frozen=True)
class Frame:
    """One year of one house as far as it has gone: `last` is the last day that is over."""

    centre: Centre
    grid: EvidenceGrid
    year: int
    today: date
    list_size: int
    # What two measures read alike is read once; what they asked together was answered together.
    remembered: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    answers: dict[str, list[Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return min(date(self.year, 12, 31), self.today - timedelta(days=1))

    @property
    def days(self) -> list[date]:
        """Every day that is over; none before the year has begun."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Midnight to midnight; empty, never backwards, before the year has begun."""
        start = clock.day_bounds(self.first)[0]
        return start, max(start, clock.day_bounds(self.last)[1])


@dataclass(frozen=True)
class Behind:
    """One row behind a value. `people`: how many patients stand behind it, for the paper to mask."""

    title: str
    counts: bool
    day: date | None = None
    detail: str = ""
    people: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Measured:
    """`value` None: nothing could be counted. `events`: what a least number of events is compared with."""

    value: Decimal | None
    rows: list[Behind] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    events: int | None = None


@dataclass(frozen=True)
class Measure:
    """`opens_to`: to whom the addresses of its rows answer. `is_daily`: of its rows a paper names only the gaps."""

    unit: str
    read: Callable[[Frame], Measured]
    opens_to: Callable[[Visitor], bool]
    is_daily: bool = False
    # Of one, and in French of anything below two.
    unit_of_one: str = ""
    # Small questions whose answers it finds in the frame, by name: those of all measures are one statement.
    asks: Callable[[Frame], Questions] | None = None

    def unit_of(self, value: Decimal | None) -> str:
        if value is None or not self.unit_of_one:
            return self.unit
        is_one = value == 1 if french.language() == "en" else value < 2
        return self.unit_of_one if is_one else self.unit


def hundredths(value: Decimal) -> Decimal:
    """Cut, not rounded: 99.996 is not 100. What is shown is what points are computed from."""
    return value.quantize(HUNDREDTH, rounding=ROUND_DOWN)


def share(part: int, whole: int) -> Decimal | None:
    """In per cent; None of nothing."""
    return hundredths(Decimal(100 * part) / whole) if whole else None
