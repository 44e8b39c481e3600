"""« 4 séances sur 10 »: what has been done of a prescription, what is to come, what may still be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from appointments.models import ACTIVE_STATES, Appointment, AppointmentSeries, Status
from core import clock

# A session that the patient missed was not given: it stays due, and may be taken again.
COUNTED = ACTIVE_STATES - {Status.NO_SHOW}


@dataclass(frozen=True)
class Progress:
    prescribed: int
    done: int = 0
    coming: int = 0
    missed: int = 0

    @property
    def taken(self) -> int:
        return self.done + self.coming

    @property
    def left(self) -> int:
        return max(0, self.prescribed - self.taken)


def progress_of(series: Collection[AppointmentSeries]) -> dict[int, Progress]:
    """By key of the series; one query."""
    return progress_from(series, counts_of([one.pk for one in series]))


def counts_of(series: Collection[int] | QuerySet[AppointmentSeries]) -> QuerySet[Any, Any]:
    """How many sessions of each were given, are to come and were missed."""
    is_coming = Q(status=Status.BOOKED, start_at__gte=clock.now())
    keys: Any = series.order_by().values("pk") if isinstance(series, QuerySet) else series
    rows: QuerySet[Any, Any] = (
        Appointment.objects.filter(series__in=keys)
        .order_by()
        .values("series")
        .annotate(
            done=Count("pk", filter=Q(status__in=COUNTED) & ~is_coming),
            coming=Count("pk", filter=is_coming),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
        )
    )
    return rows


def progress_from(series: Iterable[AppointmentSeries], rows: Iterable[dict[str, Any]]) -> dict[int, Progress]:
    found = {row["series"]: (row["done"], row["coming"], row["missed"]) for row in rows}
    return {one.pk: Progress(one.prescribed, *found.get(one.pk, ())) for one in series}
