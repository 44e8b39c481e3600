"""« Ma journée »: who comes today to whom, what each visit has become, who is next. Reads, never writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from appointments.actions.change_state import Step, possible_steps
from appointments.models import ACTIVE_STATES, Appointment, Status
from core import clock

MISSED_SINCE = timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """One visit of the day with what can be done to it now."""

    appointment: Appointment
    steps: list[Step]
    waited: int | None
    missed: int
    hides_reason: bool

    @property
    def is_waiting(self) -> bool:
        return self.appointment.status == Status.ARRIVED


@dataclass(frozen=True)
class DayList:
    day: date
    lines: list[Line]

    @property
    def earlier(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def later(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def counts(self) -> list[tuple[Status, int]]:
        """How many in each state, in the order of a visit; states that nobody is in are left out."""
        numbers = Counter(line.appointment.status for line in self.lines)
        return [(state, numbers[state]) for state in Status if numbers[state]]

    @property
    def next_line(self) -> Line | None:
        """Who waits the longest, else who is expected first."""
        waiting = [line for line in self.lines if line.is_waiting]
        if waiting:
            return min(waiting, key=lambda line: line.appointment.arrived_at or line.appointment.start_at)
        return next((line for line in self.lines if line.appointment.status == Status.BOOKED), None)


def day_of(practitioners: Collection[int], day: date, *, now: datetime, owner: int | None) -> DayList:
    """The visits of these practitioners on this day; one query. `owner`: whose sensitive reasons may be read."""
    lines = [
        Line(
            appointment=row,
            steps=possible_steps(row, now),
            waited=_waited(row, now),
            missed=row.missed,  # type: ignore[attr-defined]
            hides_reason=row.reason.is_sensitive and row.practitioner_id != owner,
        )
        for row in _visits(practitioners, day, now)
    ]
    return DayList(day, lines)


def _visits(practitioners: Collection[int], day: date, now: datetime) -> QuerySet[Appointment]:
    start, end = clock.day_bounds(day)
    expected = Q(status__in=ACTIVE_STATES) | Q(status=Status.CANCELLED, excused_at__isnull=False)
    missed = (
        # Only with the same practitioners: that somebody missed a colleague's visit is the colleague's business.
        Appointment.objects.counted_once()
        .filter(
            patient=OuterRef("patient"),
            practitioner__in=practitioners,
            status=Status.NO_SHOW,
            start_at__gte=now - MISSED_SINCE,
        )
        .order_by()
        .values("patient")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Appointment.objects.with_details()
        .with_companions()
        .select_related("accompanies__practitioner")
        .filter(expected, practitioner__in=practitioners, start_at__gte=start, start_at__lt=end)
        .annotate(missed=Coalesce(Subquery(missed, output_field=IntegerField()), 0))
        .order_by("start_at", "practitioner__last_name", "pk")
    )


def _waited(row: Appointment, now: datetime) -> int | None:
    """Minutes between arrival and beginning, or until now."""
    if row.arrived_at is None:
        return None
    return max(0, int(((row.begun_at or now) - row.arrived_at).total_seconds()) // 60)
