"""Who may take the next seat of a session: what is kept for whom, what is taken, and the sentence that refuses. Pure.

Everybody sits where he takes the least from others: on a seat that is kept for him, else on a common one. Somebody
finds a seat if all who have one can be placed so that one more fits. Whoever has a seat keeps it, whatever the rule
became.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import french
from partnerships.models import ConsultationSession, SeatQuota, SeatRule


@dataclass(frozen=True)
class Claim:
    """How the rule sees somebody who has a seat or wants one. Of whom nothing is known, the common seats are for."""

    is_urgent: bool = False
    profession: int | None = None
    referrer: int | None = None


@dataclass(frozen=True)
class Share:
    """Seats of one kind, kept until `opens_on`, the first day on which everybody may take them. The common ones never
    were: they have neither."""

    size: int
    opens_on: date | None = None
    quota: SeatQuota | None = None

    @property
    def is_common(self) -> bool:
        return self.opens_on is None

    def takes(self, claim: Claim) -> bool:
        if self.quota is not None:
            return is_of(self.quota, claim)
        return self.is_common or claim.is_urgent


def is_of(quota: SeatQuota, claim: Claim) -> bool:
    if quota.profession_id is not None:
        return quota.profession_id == claim.profession
    return quota.referrer_id == claim.referrer


@dataclass(frozen=True)
class SeatPlan:
    """The seats of one session as they are on `today`. `month`: who has a seat in any session of the programme in its
    month. `agreed_left`: what the contract leaves of the month's seats, None where it names no figure."""

    session: ConsultationSession
    today: date
    rule: SeatRule | None = None
    quotas: Sequence[SeatQuota] = ()
    claims: Sequence[Claim] = ()
    month: Sequence[Claim] = ()
    agreed: int | None = None
    agreed_left: int | None = None
    # Keys of the visits that stand in it, with a patient: what is moved within it needs no seat more.
    visits: frozenset[int] = field(default_factory=frozenset)
    # Of the seats taken: for how many somebody has been asked, or is just choosing, and nobody is expected yet.
    held: int = 0

    @property
    def extra(self) -> int:
        """Seats above those of the session, because some people do not come."""
        return self.session.seats * self.rule.overbooking_percent // 100 if self.rule else 0

    @property
    def capacity(self) -> int:
        return self.session.seats + self.extra

    @property
    def taken(self) -> int:
        return len(self.claims)

    @property
    def free(self) -> int:
        """For anybody at all; what is kept may be among it."""
        left = max(self.capacity - self.taken, 0)
        return left if self.agreed_left is None else min(left, max(self.agreed_left, 0))

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def percent(self) -> int:
        return min(round(100 * self.taken / self.capacity), 100)

    @property
    def quotas_open_on(self) -> date:
        return self.session.local_day - timedelta(days=self.rule.quota_release_days if self.rule else 0)

    @property
    def quotas_hold(self) -> bool:
        return self.rule is not None and self.today < self.quotas_open_on

    @cached_property
    def ever_kept(self) -> list[Share]:
        """The reserve first, then the quotas in their order; never more than there are seats."""
        if self.rule is None:
            return []
        reserve_opens = self.session.local_day - timedelta(days=self.rule.reserve_release_days)
        shares = [Share(self.rule.urgent_reserve, reserve_opens)]
        shares += [Share(quota.kept, self.quotas_open_on, quota) for quota in self.quotas]
        left, fitting = self.session.seats, []
        for share in shares:
            fitting.append(Share(min(share.size, left), share.opens_on, share.quota))
            left -= fitting[-1].size
        return [share for share in fitting if share.size]

    @cached_property
    def shares(self) -> list[Share]:
        """Those that are kept today, then the common seats: what was given back is among them."""
        kept = [share for share in self.ever_kept if share.opens_on and self.today < share.opens_on]
        return [*kept, Share(self.capacity - sum(share.size for share in kept))]

    @cached_property
    def sitting(self) -> list[int]:
        """How many sit in each of `shares`."""
        return place(self.claims, self.shares)

    def refuses(self, claim: Claim) -> str:
        """Why he finds no seat; empty where he does."""
        if self.taken >= self.capacity:
            return full_sentence()
        if self.agreed_left is not None and self.agreed_left <= 0:
            return ngettext(
                "La convention prévoit %(seats)s place par mois : elle est prise.",
                "La convention prévoit %(seats)s places par mois : elles sont toutes prises.",
                self.agreed or 0,
            ) % {"seats": self.agreed}
        if self.quotas_hold:
            for quota in self.quotas:
                if is_of(quota, claim) and (sentence := self._used_up(quota)):
                    return sentence
        if sum(place([*self.claims, claim], self.shares)) > sum(self.sitting):
            return ""
        opens = max(share.opens_on for share in self.shares if share.opens_on and not share.takes(claim))
        return _("Les places qui restent sont gardées pour d’autres demandes jusqu’au %(day)s.") % {
            "day": french.full_day(opens - timedelta(days=1))
        }

    def _used_up(self, quota: SeatQuota) -> str:
        words = {"who": quota.who, "day": french.full_day(self.quotas_open_on)}
        if quota.most_per_session is not None and self.count(quota) >= quota.most_per_session:
            return _("Séance : la part « %(who)s » est prise. Le reste s’ouvre à tous le %(day)s.") % words
        if quota.most_per_month is not None and self.count_in_month(quota) >= quota.most_per_month:
            return _("Mois : la part « %(who)s » est prise. Le reste s’ouvre à tous le %(day)s.") % words
        return ""

    def count(self, quota: SeatQuota) -> int:
        return sum(is_of(quota, claim) for claim in self.claims)

    def count_in_month(self, quota: SeatQuota) -> int:
        return sum(is_of(quota, claim) for claim in self.month)


def full_sentence() -> str:
    return _("Toutes les places de cette séance sont prises.")


def place(claims: Sequence[Claim], shares: Sequence[Share]) -> list[int]:
    """Seat as many of them as can be seated at once, each in a share that takes him; how many sit in each share.

    Whoever comes later may make an earlier one change seats, never lose his.
    """
    sitting: list[list[int]] = [[] for _share in shares]

    def seat(who: int, tried: set[int]) -> bool:
        for number, share in enumerate(shares):
            if number in tried or not share.takes(claims[who]):
                continue
            tried.add(number)
            if len(sitting[number]) < share.size:
                sitting[number].append(who)
                return True
            for other in list(sitting[number]):
                if seat(other, tried):
                    sitting[number].remove(other)
                    sitting[number].append(who)
                    return True
        return False

    for who in range(len(claims)):
        seat(who, set())
    return [len(people) for people in sitting]
