"""The inbox of requests: how old, how urgent, how complete, whose turn, until when. Fixed queries. Reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Min, OuterRef, Q, When

from coordination.models import Urgency
from core import clock
from partnerships.models import (
    ENDED,
    HELD,
    ConsultationRequest,
    LetterAnswer,
    RequestState,
    RequestTimer,
    SectionKind,
)
from partnerships.models.request import ConsultationRequestQuerySet
from partnerships.request_letter import PARTS, lines_of, missing, red_flags

# What each tab of the inbox holds.
VIEWS: dict[str, tuple[str, ...]] = {
    "a-trier": (RequestState.RECEIVED,),
    "precision": (RequestState.ASKED,),
    "acceptees": tuple(HELD),
    "terminees": tuple(ENDED),
}
DEFAULT = "a-trier"


@dataclass(frozen=True)
class Line:
    """One request as who sorts scans it."""

    request: ConsultationRequest
    days: int
    flags: int
    missing: list[str]
    due_at: datetime | None
    is_late: bool
    whom: str


def sorted_rows(rows: ConsultationRequestQuerySet) -> ConsultationRequestQuerySet:
    """Red flags first, then urgency, then age."""
    red = LetterAnswer.objects.filter(request=OuterRef("pk"), section__kind=SectionKind.FLAG, is_yes=True)
    order = Case(
        When(urgency=Urgency.URGENT, then=0),
        When(urgency=Urgency.SOON, then=1),
        default=2,
        output_field=IntegerField(),
    )
    rows = rows.annotate(has_red=Exists(red), how_urgent=order)
    return rows.order_by("-has_red", "how_urgent", "received_at", "pk")


def filtered(rows: ConsultationRequestQuerySet, wanted: Mapping[str, Any]) -> ConsultationRequestQuerySet:
    """`wanted`: cleaned data of the filters; what is empty filters nothing."""
    if wanted.get("consultation"):
        rows = rows.filter(programme=wanted["consultation"])
    if wanted.get("urgence"):
        rows = rows.filter(urgency=wanted["urgence"])
    if wanted.get("origine"):
        rows = rows.filter(origin=wanted["origine"])
    if wanted.get("retard"):
        fired = RequestTimer.objects.filter(
            request=OuterRef("pk"),
            event__to_state=OuterRef("state"),
            due_at__lte=clock.now(),
            stopped_at=None,
        )
        rows = rows.filter(Exists(fired))
    return rows


def counts(rows: ConsultationRequestQuerySet) -> dict[str, int]:
    """How many in each tab, in one query."""
    wanted = {f"v{n}": Count("pk", filter=Q(state__in=states)) for n, states in enumerate(VIEWS.values())}
    found = rows.order_by().aggregate(**wanted)
    return dict(zip(VIEWS, (found[key] for key in wanted), strict=True))


def inbox(rows: Iterable[ConsultationRequest]) -> list[Line]:
    """`rows`: one page, with `PARTS` prefetched by the caller. One query more, for the clocks."""
    rows = list(rows)
    due = dict(
        RequestTimer.objects.filter(request__in=rows, stopped_at=None)
        .values_list("request")
        .annotate(first=Min("due_at"))
    )
    return [_line(one, due.get(one.pk)) for one in rows]


def page_rows(rows: ConsultationRequestQuerySet) -> ConsultationRequestQuerySet:
    return rows.select_related("sender", "identity", "template").prefetch_related(*PARTS)


def _line(request: ConsultationRequest, due_at: datetime | None) -> Line:
    lines = lines_of(request)
    since = request.received_at or request.created_at
    days = (clock.today() - clock.local(since).date()).days
    is_open = request.is_open
    return Line(
        request,
        days,
        len(red_flags(lines)),
        missing(lines),
        due_at if is_open else None,
        is_late=is_open and due_at is not None and due_at <= clock.now(),
        whom=whom(request),
    )


def whom(request: ConsultationRequest) -> str:
    """The person as he is known so far."""
    if request.patient is not None:
        return request.patient.display_name
    return str(getattr(request, "identity", "") or "")
