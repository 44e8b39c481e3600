"""How full the days are: minutes booked of minutes open."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from appointments.schedule import OPENING, Schedule, by_practitioner
from core import clock

type Intervals = list[tuple[int, int]]


class Fill(NamedTuple):
    """One day of the people who are shown."""

    day: date
    holiday: str
    open_minutes: int
    booked_minutes: int
    visits: int

    @property
    def percent(self) -> int | None:
        """None where nobody receives. Visits outside the openings may bring it beyond a hundred."""
        return round(100 * self.booked_minutes / self.open_minutes) if self.open_minutes else None

    @property
    def tenth(self) -> int:
        return min(10, (self.percent or 0) // 10)


def fill(schedule: Schedule) -> list[Fill]:
    """One line a day, in order."""
    openings: dict[int, Intervals] = {}
    away: dict[int, Intervals] = {}
    for person, spans in by_practitioner(schedule.spans).items():
        openings[person] = merged([(span.start, span.end) for span in spans if span.kind == OPENING])
        away[person] = merged([(span.start, span.end) for span in spans if span.kind != OPENING])
    lines = []
    for day in schedule.days:
        since, until = (int(instant.timestamp()) for instant in clock.day_bounds(day))
        seconds = sum(
            _within(intervals, since, until) - _both(intervals, away[person], since, until)
            for person, intervals in openings.items()
        )
        visits = [visit for visit in schedule.visits if since <= visit.start < until]
        booked = sum(visit.end - visit.start for visit in visits)
        lines.append(Fill(day, schedule.holidays.get(day, ""), seconds // 60, booked // 60, len(visits)))
    return lines


def merged(intervals: Intervals) -> Intervals:
    """Disjoint, in order."""
    found: Intervals = []
    for since, until in sorted(intervals):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def _within(intervals: Intervals, since: int, until: int) -> int:
    return sum(max(0, min(end, until) - max(start, since)) for start, end in intervals)


def _both(some: Intervals, others: Intervals, since: int, until: int) -> int:
    return sum(_within(others, max(start, since), min(end, until)) for start, end in some)
