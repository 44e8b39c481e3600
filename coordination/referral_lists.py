"""Referrals as they are listed: whose turn it is, since when, until when, how many sessions. Fixed queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from appointments.series_progress import Progress
from coordination.models import Referral, ReferralState, ReferralTimer, TimerStep
from coordination.models.referral import ReferralQuerySet
from coordination.referral_sessions import Sessions, sessions_by_series
from coordination.referral_states import owner_of
from core import clock
from practitioners.models import Practitioner

# As the day goes: what wants an answer, what wants a date, what goes on by itself.
ORDER = [
    ReferralState.DRAFT,
    ReferralState.COMPLETED,
    ReferralState.REFUSED,
    ReferralState.ASKED,
    ReferralState.SENT,
    ReferralState.ACCEPTED,
    ReferralState.UNDER_WAY,
    ReferralState.SCHEDULED,
]


@dataclass(frozen=True)
class Line:
    referral: Referral
    due_at: datetime | None
    progress: Progress | None
    is_mine: bool

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at <= clock.now()


@dataclass(frozen=True)
class Group:
    state: ReferralState
    lines: list[Line]


def with_deadline(referrals: ReferralQuerySet) -> ReferralQuerySet:
    """`due_at`: when the first step of the escalation of this state fires, or has fired."""
    first = ReferralTimer.objects.filter(
        referral=OuterRef("pk"), step=TimerStep.OWNER, stopped_at=None
    ).order_by("-pk")
    return referrals.annotate(due_at=Subquery(first.values("due_at")[:1]))


def lines_of(referrals: Iterable[Referral], reader: Practitioner | None = None) -> list[Line]:
    """One more query for all their sessions."""
    rows = list(referrals)
    counted = sessions_by_series(rows)
    return [
        Line(
            row,
            getattr(row, "due_at", None),
            counted.get(row.series_id, Sessions()).progress(row) if row.series_id else None,
            reader is not None and owner_of(row) == reader,
        )
        for row in rows
    ]


def by_state(referrals: ReferralQuerySet, reader: Practitioner | None) -> list[Group]:
    """Open ones, the oldest of each state first."""
    lines = lines_of(with_deadline(referrals.open()).order_by("state_since", "pk"), reader)
    found = {state: [line for line in lines if line.referral.state == state] for state in ORDER}
    return [Group(state, rows) for state, rows in found.items() if rows]


def unanswered() -> ReferralQuerySet:
    """The coordinator's list: every clock ran out, the oldest first."""
    return (
        with_deadline(Referral.objects.open().with_people())
        .filter(escalated_at__isnull=False)
        .order_by("escalated_at", "pk")
    )


def to_book() -> ReferralQuerySet:
    """The desk's list: accepted, and the patient has no date yet."""
    return (
        with_deadline(Referral.objects.with_people())
        .filter(state=ReferralState.ACCEPTED, escalated_at=None)
        .order_by(F("state_since"), "pk")
    )


def ended(referrals: ReferralQuerySet) -> ReferralQuerySet:
    return referrals.filter(
        Q(state=ReferralState.CLOSED) | Q(state=ReferralState.WITHDRAWN) | Q(state=ReferralState.REDIRECTED)
    ).order_by("-state_since", "-pk")


def chain_of(referral: Referral) -> list[Referral]:
    """The requests before this one that were sent on, and those after it, in order."""
    before: list[Referral] = []
    after: list[Referral] = []
    one: Referral | None = referral
    while one is not None and (earlier := Referral.objects.with_people().filter(redirected_to=one).first()):
        before.insert(0, earlier)
        one = earlier
    one = referral
    while one is not None and one.redirected_to_id is not None:
        one = Referral.objects.with_people().get(pk=one.redirected_to_id)
        after.append(one)
    return [*before, referral, *after] if before or after else []
