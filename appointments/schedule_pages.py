"""The schedule a person and day at a time: for the list without script, and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from appointments.schedule import Person, Schedule, Span, Visit, by_practitioner
from core import clock


class Page(NamedTuple):
    """One person's day: what the list and the printed sheet show."""

    person: Person
    day: date
    holiday: str
    spans: list[Span]
    visits: list[Visit]
    late: int = 0


def pages_of(found: Schedule) -> Iterator[Page]:
    spans, visits = by_practitioner(found.spans), by_practitioner(found.visits)
    for person in found.people:
        for day in found.days:
            since, until = (int(instant.timestamp()) for instant in clock.day_bounds(day))
            yield Page(
                person,
                day,
                found.holidays.get(day, ""),
                [span for span in spans.get(person.id, []) if span.start < until and span.end > since],
                [visit for visit in visits.get(person.id, []) if visit.start < until and visit.end > since],
                found.late.get(person.id, 0) if day == clock.today() else 0,
            )
