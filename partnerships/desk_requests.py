"""Requests as the desk counts them: by consultation and state, how many, since when, how many are late. One query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import NoReverseMatch, reverse

from coordination.models import Urgency
from partnerships.models import ConsultationRequest, RequestState

# In the order in which a request goes through them; a draft is its writer's, what has ended is nobody's.
COLUMNS = (
    RequestState.RECEIVED,
    RequestState.ASKED,
    RequestState.ACCEPTED,
    RequestState.INVITED,
    RequestState.BOOKED,
    RequestState.SEEN,
)


# The lists of the inbox.
LISTS = {RequestState.RECEIVED: "a-trier", RequestState.ASKED: "precision"}
ACCEPTED_LIST = "acceptees"


def _address(**wanted: object) -> str:
    """The inbox with its filters."""
    try:
        return f"{reverse('consultation_requests')}?{urlencode(wanted)}"
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Cell:
    """`days`: how long the oldest of them has been in this state. `late`: signalled to the coordination."""

    programme: int
    state: RequestState
    number: int = 0
    days: int = 0
    late: int = 0
    urgent: int = 0

    @property
    def address(self) -> str:
        return _address(vue=LISTS.get(self.state, ACCEPTED_LIST), consultation=self.programme)


@dataclass(frozen=True)
class Row:
    programme: int
    name: str
    partner: str
    cells: list[Cell]

    def number(self, *states: RequestState) -> int:
        return sum(cell.number for cell in self.cells if cell.state in states)


@dataclass(frozen=True)
class RequestCounts:
    rows: list[Row]
    columns: tuple[RequestState, ...] = COLUMNS

    @property
    def to_triage(self) -> int:
        return sum(row.number(RequestState.RECEIVED, RequestState.ASKED) for row in self.rows)

    @property
    def late(self) -> int:
        return sum(cell.late for row in self.rows for cell in row.cells)

    @property
    def address(self) -> str:
        return _address()

    def waiting(self, programme: int) -> int:
        """Who has been accepted and has no seat yet."""
        return sum(row.number(RequestState.ACCEPTED) for row in self.rows if row.programme == programme)


def request_counts(now: datetime) -> RequestCounts:
    found = (
        ConsultationRequest.objects.filter(state__in=COLUMNS)
        .order_by("programme__name", "programme")
        .values("programme", "programme__name", "programme__partner__name", "state")
        .annotate(
            number=Count("pk"),
            oldest=Min("state_since"),
            late=Count("pk", filter=Q(escalated_at__isnull=False)),
            urgent=Count("pk", filter=Q(urgency=Urgency.URGENT)),
        )
    )
    rows: dict[int, Row] = {}
    for one in found:
        key, state = one["programme"], RequestState(one["state"])
        row = rows.setdefault(
            key,
            Row(
                key,
                one["programme__name"],
                one["programme__partner__name"],
                [Cell(key, column) for column in COLUMNS],
            ),
        )
        row.cells[COLUMNS.index(state)] = Cell(
            key, state, one["number"], (now - one["oldest"]).days, one["late"], one["urgent"]
        )
    return RequestCounts(list(rows.values()))
