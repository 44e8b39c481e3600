"""What may follow what, and who has to act in each state. The database holds the same table."""

from __future__ import annotations

from accounts.models import User
from partnerships.models import ConsultationRequest
from partnerships.models.request import RequestState as S

FOLLOWS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.RECEIVED, S.WITHDRAWN}),
    S.RECEIVED: frozenset({S.ASKED, S.ACCEPTED, S.REFUSED, S.REDIRECTED, S.WITHDRAWN}),
    S.ASKED: frozenset({S.RECEIVED, S.ACCEPTED, S.REFUSED, S.REDIRECTED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.INVITED, S.BOOKED, S.CLOSED, S.REFUSED, S.REDIRECTED, S.WITHDRAWN}),
    S.INVITED: frozenset({S.ACCEPTED, S.BOOKED, S.CLOSED, S.REFUSED, S.REDIRECTED, S.WITHDRAWN}),
    S.BOOKED: frozenset({S.ACCEPTED, S.INVITED, S.SEEN, S.CLOSED, S.REDIRECTED, S.WITHDRAWN}),
    # A visit that was noted by mistake goes back.
    S.SEEN: frozenset({S.BOOKED, S.CLOSED}),
    S.CLOSED: frozenset(),
    S.REFUSED: frozenset(),
    S.REDIRECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
BEGINNINGS = frozenset({S.DRAFT, S.RECEIVED})

# The one who asks has the ball, if he has an account; everywhere else it is with who triages.
WITH_REQUESTER = frozenset({S.DRAFT, S.ASKED})


def may_become(request: ConsultationRequest, state: str) -> bool:
    return state in FOLLOWS[request.state]


def owner_of(request: ConsultationRequest) -> User | None:
    """Who has to act; None for what has ended."""
    if not request.is_open:
        return None
    if request.state in WITH_REQUESTER and request.written_by is not None:
        return request.written_by
    return request.programme.triage_by
