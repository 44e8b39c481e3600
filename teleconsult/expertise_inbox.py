"""The lists of requests for an opinion: whose turn, until when, how urgent. Fixed queries. Reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, Min, When

from coordination.models import Urgency
from core import clock
from teleconsult.models import AWAITED, ENDED, ExpertiseRequest, ExpertiseTimer
from teleconsult.models.expertise import ExpertiseRequestQuerySet


@dataclass(frozen=True)
class Line:
    """One request as its reader scans it."""

    request: ExpertiseRequest
    due_at: datetime | None
    is_late: bool


def sorted_rows(rows: ExpertiseRequestQuerySet) -> ExpertiseRequestQuerySet:
    """What is awaited first, by urgency and deadline; then what else is open; what has ended last."""
    first = Case(
        When(state__in=AWAITED, then=0), When(state__in=ENDED, then=2), default=1, output_field=IntegerField()
    )
    urgency = Case(
        When(urgency=Urgency.URGENT, then=0),
        When(urgency=Urgency.SOON, then=1),
        default=2,
        output_field=IntegerField(),
    )
    rows = rows.annotate(order_of_state=first, how_urgent=urgency)
    return rows.order_by("order_of_state", "how_urgent", "answer_due_at", "-state_since", "-pk")


def lines_of(rows: Iterable[ExpertiseRequest]) -> list[Line]:
    """One page; one query more, for the clocks."""
    rows = list(rows)
    due = dict(
        ExpertiseTimer.objects.filter(
            request__in=rows, stopped_at=None, event__at__gte=F("request__state_since")
        )
        .values_list("request")
        .annotate(first=Min("due_at"))
    )
    return [_line(one, due.get(one.pk)) for one in rows]


def _line(request: ExpertiseRequest, first: datetime | None) -> Line:
    """While the answer is awaited its deadline counts, not the word halfway."""
    if not request.is_open:
        return Line(request, None, is_late=False)
    due = request.answer_due_at if request.state in AWAITED else first
    return Line(request, due, is_late=due is not None and due <= clock.now())
