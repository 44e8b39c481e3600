"""What may follow what, and who has to act in each state. The database holds the same table."""

from __future__ import annotations

from accounts.models import User
from teleconsult.models import DelayFor, ExpertiseLevel, ExpertiseRequest
from teleconsult.models.expertise import ExpertiseState as S

FOLLOWS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.SENT, S.WITHDRAWN}),
    S.SENT: frozenset({S.CLAIMED, S.CONVERTED, S.DECLINED, S.WITHDRAWN}),
    S.CLAIMED: frozenset({S.SENT, S.ASKED, S.ANSWERED, S.CONVERTED, S.DECLINED, S.WITHDRAWN}),
    S.ASKED: frozenset({S.CLAIMED, S.SENT, S.ANSWERED, S.CONVERTED, S.DECLINED, S.WITHDRAWN}),
    S.ANSWERED: frozenset({S.CLOSED, S.CONVERTED}),
    S.CONVERTED: frozenset({S.CLOSED, S.WITHDRAWN}),
    # Back to who asked: he sends it elsewhere, wants a visit, or leaves it there.
    S.DECLINED: frozenset({S.SENT, S.CONVERTED, S.CLOSED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
    S.CLOSED: frozenset(),
}

# The one who asks has the ball.
WITH_REQUESTER = frozenset({S.DRAFT, S.ASKED, S.ANSWERED, S.DECLINED})

PURPOSES: dict[str, DelayFor] = {
    S.DRAFT: DelayFor.DRAFT,
    S.SENT: DelayFor.ANSWER,
    S.CLAIMED: DelayFor.ANSWER,
    S.ASKED: DelayFor.DETAIL,
    S.ANSWERED: DelayFor.READ,
    S.CONVERTED: DelayFor.BOOK,
    S.DECLINED: DelayFor.DECIDE,
}


def may_become(request: ExpertiseRequest, state: str) -> bool:
    return state in FOLLOWS[request.state]


def owner_of(request: ExpertiseRequest) -> User | None:
    """Who has to act; None for what has ended. What nobody has taken is with who follows the pool."""
    if not request.is_open:
        return None
    if request.state in WITH_REQUESTER:
        return request.written_by
    if request.state == S.CONVERTED:
        return request.task.owner if request.task is not None else follower_of(request)
    named = request.holder
    if named is None and request.level == ExpertiseLevel.EXPERT:
        named = request.target
    return named.user if named is not None and named.user is not None else follower_of(request)


def follower_of(request: ExpertiseRequest) -> User:
    """Who at the house sees to it that it goes on; without a pool, who wrote it."""
    followed = request.pool.responsible if request.pool is not None else None
    return followed if followed is not None and followed.is_active else request.written_by
