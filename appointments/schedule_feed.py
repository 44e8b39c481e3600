"""The schedule as the calendar of the screen reads it: columns of small numbers and lists of words, each said once.

A row an object would weigh five times as much, and compress half as well: a week of twenty people is some 1,800
visits. `static/js/schedule.js` unpacks it. Times are minutes on the clock of the house since the first midnight.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from appointments.models import Status
from appointments.schedule import Person, Schedule, wall_minute
from core.formats import french

STATES = [str(state) for state in Status]


class Words:
    """Texts in the order of their first use; the empty one is number 0."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}

    def number(self, word: str) -> int:
        return self.numbers.setdefault(word, len(self.numbers))

    def texts(self) -> list[str]:
        return list(self.numbers)


def feed(schedule: Schedule) -> dict[str, Any]:
    """Ready for JSON. Nothing in it that `schedule.read` has not let through for its reader."""
    first = schedule.wanted.first
    spans = [
        [
            span.kind,
            span.practitioner_id,
            span.room_id or 0,
            wall_minute(span.start, first),
            wall_minute(span.end, first),
            "" if span.kind == 0 else span.label,
            *([span.session_id] if span.session_id else []),
        ]
        for span in schedule.spans
    ]
    return {
        "first": first.isoformat(),
        "days": schedule.wanted.days,
        "people": [
            [person.id, person.name, _under_the_name(schedule, person), int(person.may_move), person.slug]
            for person in schedule.people
        ],
        "rooms": [[pk, name] for pk, name in schedule.rooms.items() if schedule.wanted.room in (None, pk)],
        "states": [[state, str(Status(state).label)] for state in STATES],
        "holidays": [[day.isoformat(), name] for day, name in schedule.holidays.items()],
        "spans": spans,
        **_visits(schedule),
    }


def _under_the_name(schedule: Schedule, person: Person) -> str:
    minutes = schedule.late.get(person.id)
    if minutes is None:
        return person.profession
    return _("retard %(time)s · %(profession)s") % {
        "time": french.duration(minutes),
        "profession": person.profession,
    }


def _visits(schedule: Schedule) -> dict[str, Any]:
    first = schedule.wanted.first
    reasons: dict[tuple[str, str], int] = {("", ""): 0}
    given, family = Words(), Words()
    rows: list[tuple[int, ...]] = []
    before = before_id = 0
    for visit in schedule.visits:
        start, end = wall_minute(visit.start, first), wall_minute(visit.end, first)
        rows.append(
            (
                visit.id - before_id,
                visit.practitioner_id,
                start - before,
                end - start,
                visit.buffer_minutes,
                visit.room_id or 0,
                STATES.index(visit.status) * 2 + visit.is_overbooked,
                reasons.setdefault((visit.reason, visit.colour), len(reasons)),
                given.number(visit.first_name),
                family.number(visit.last_name),
            )
        )
        before, before_id = start, visit.id
    return {
        "visits": [_runs(column) if n in RUNS else column for n, column in enumerate(_columns(rows))],
        "reasons": [list(reason) for reason in reasons],
        "given": given.texts(),
        "family": family.texts(),
    }


RUNS = (1,)  # the practitioner: the rows come in his order


def _columns(rows: list[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(10)]


def _runs(column: Iterable[int]) -> list[list[int]]:
    """[[value, how often in a row], …]."""
    runs: list[list[int]] = []
    for value in column:
        if runs and runs[-1][0] == value:
            runs[-1][1] += 1
        else:
            runs.append([value, 1])
    return runs
