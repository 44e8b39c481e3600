"""The waiting list as the coordinator works through it: who is next, for how many seats, who was invited. Reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appointments.availability import free_slots
from partnerships.models import (
    AdvancedConsultation,
    ConsultationSession,
    ReasonKind,
    RequestEvent,
    RequestInvitation,
)
from partnerships.request_slots import SESSIONS, reasons_of
from partnerships.session_fill import fills
from partnerships.waiting_list import Place, places
from patients.models import Patient, Proxy

# Why somebody waits who had an invitation or a visit already.
CAME_BACK = frozenset({"missed", "cancelled", "expired", "uninvited"})


@dataclass(frozen=True)
class Line:
    """`is_next`: a seat is free for him today, after everybody before him."""

    place: Place
    is_reachable: bool
    is_next: bool
    came_back: RequestEvent | None


@dataclass(frozen=True)
class Seats:
    session: ConsultationSession
    free: int


@dataclass(frozen=True)
class Board:
    lines: Sequence[Line]
    invited: Sequence[RequestInvitation]
    sessions: Sequence[Seats]

    @property
    def free(self) -> int:
        return sum(one.free for one in self.sessions)

    @property
    def late(self) -> int:
        return sum(line.place.is_late for line in self.lines)


def board_of(programme: AdvancedConsultation, now: datetime) -> Board:
    """A fixed number of queries, however many wait."""
    found = places(programme, now)
    standing = RequestInvitation.objects.standing().filter(
        request__programme=programme, kind=ReasonKind.FIRST
    )
    invited = list(standing.select_related("request__patient").order_by("expires_at", "pk"))
    sessions = seats_of(programme, now)
    left = max(sum(one.free for one in sessions) - len(invited), 0)
    reached = _reachable([place.request.patient for place in found if place.request.patient])
    came_back = _came_back([place.request.pk for place in found])
    lines = []
    for place in found:
        is_reachable = place.request.patient_id in reached
        is_next = is_reachable and left > 0
        left -= is_next
        lines.append(Line(place, is_reachable, is_next, came_back.get(place.request.pk)))
    return Board(lines, invited, sessions)


def seats_of(programme: AdvancedConsultation, now: datetime) -> list[Seats]:
    """Coming sessions with a seat that can really be booked: neither full by seats nor by the clock."""
    coming = (
        programme.sessions.standing().filter(start_at__gt=now).select_related("programme", "practitioner")
    )
    sessions = list(coming.order_by("start_at", "pk"))
    reasons = reasons_of(programme, ReasonKind.FIRST) if sessions else []
    if not reasons:
        return []
    last = max(session.end_at for session in sessions)
    found = free_slots(reasons, now, last, now=now, audiences=SESSIONS)
    by_opening = Counter(slot.opening.id for slot in found)
    all_seats = [
        Seats(fill.session, min(fill.free, by_opening[fill.session.opening_id or 0]))
        for fill in fills(sessions)
    ]
    return [one for one in all_seats if one.free]


def _reachable(patients: Sequence[Patient]) -> set[int]:
    """Who can be written to: by an account that acts for him, or at an address of his own; one query."""
    own = {one.pk for one in patients if one.email or one.phone}
    acting = Proxy.objects.in_force().filter(patient__in=[one.pk for one in patients], user__is_active=True)
    return own | set(acting.values_list("patient_id", flat=True))


def _came_back(requests: Sequence[int]) -> dict[int, RequestEvent]:
    """The last step of each, where it brought the request back to the list; one query."""
    rows = (
        RequestEvent.objects.filter(request__in=requests).order_by("request_id", "-pk").distinct("request_id")
    )
    return {row.request_id: row for row in rows if row.verb in CAME_BACK}
