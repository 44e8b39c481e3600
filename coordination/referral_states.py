"""What may follow what, who has to act in each state, and how long that may take. The database holds the same table."""

from __future__ import annotations

from coordination.models import DelayPurpose, Referral
from coordination.models.referral import ReferralState as S
from practitioners.models import Practitioner

FOLLOWS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.SENT, S.WITHDRAWN}),
    S.SENT: frozenset({S.ACCEPTED, S.ASKED, S.REDIRECTED, S.REFUSED, S.WITHDRAWN}),
    S.ASKED: frozenset({S.SENT, S.ACCEPTED, S.REDIRECTED, S.REFUSED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.SCHEDULED, S.COMPLETED, S.CLOSED, S.REDIRECTED, S.REFUSED, S.WITHDRAWN}),
    S.SCHEDULED: frozenset(
        {S.ACCEPTED, S.UNDER_WAY, S.COMPLETED, S.CLOSED, S.REDIRECTED, S.REFUSED, S.WITHDRAWN}
    ),
    S.UNDER_WAY: frozenset({S.COMPLETED, S.CLOSED, S.REDIRECTED, S.REFUSED, S.WITHDRAWN}),
    S.COMPLETED: frozenset({S.CLOSED}),
    S.REFUSED: frozenset({S.REDIRECTED, S.CLOSED}),
    S.REDIRECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.CLOSED: frozenset(),
}

# The requester has the ball; everywhere else it is with whom he asked.
WITH_REQUESTER = frozenset({S.DRAFT, S.ASKED, S.COMPLETED, S.REFUSED})

PURPOSES: dict[str, DelayPurpose] = {
    S.DRAFT: DelayPurpose.DRAFT,
    S.SENT: DelayPurpose.ANSWER,
    S.ASKED: DelayPurpose.DETAIL,
    S.ACCEPTED: DelayPurpose.BOOK,
    S.SCHEDULED: DelayPurpose.REPORT,
    S.UNDER_WAY: DelayPurpose.REPORT,
    S.COMPLETED: DelayPurpose.READ,
    S.REFUSED: DelayPurpose.REFUSAL,
}


def may_become(referral: Referral, state: str) -> bool:
    return state in FOLLOWS[referral.state]


def owner_of(referral: Referral) -> Practitioner | None:
    """Who has to act; None for a profession of which nobody has taken it yet, and for what has ended."""
    if not referral.is_open:
        return None
    if referral.state in WITH_REQUESTER:
        return referral.requester
    return referral.holder or referral.target
