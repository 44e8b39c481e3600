"""How many half-days a contract gives in a month, and how many are planned already. Pure: reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import clock
from partnerships.models import AdvancedConsultation, Agreement, ConsultationSession

# Longer than that is a morning and an afternoon.
A_HALF_DAY = timedelta(hours=5)

type Month = tuple[int, int]


def half_days_of(start_at: datetime, end_at: datetime) -> int:
    return 1 if end_at - start_at <= A_HALF_DAY else 2


class HalfDays:
    """Of the partner of a programme, over the contracts that name its speciality: three queries for any dates."""

    def __init__(self, programme: AdvancedConsultation, first: date, last: date) -> None:
        contracts = programme.agreements().distinct().filter(half_days_per_month__isnull=False)
        self.contracts: Sequence[Agreement] = list(contracts)
        self.used: dict[Month, int] = defaultdict(int)
        if not self.contracts:
            return
        window = clock.day_bounds(first.replace(day=1))[0], clock.day_bounds(last + timedelta(days=31))[1]
        held = ConsultationSession.objects.standing().filter(
            programme__partner=programme.partner_id, start_at__gte=window[0], start_at__lt=window[1]
        )
        named = {one.pk for contract in self.contracts for one in contract.professions.all()}
        if named and all(contract.professions.all() for contract in self.contracts):
            held = held.filter(programme__category__profession__in=named)
        for start_at, end_at in held.values_list("start_at", "end_at"):
            self.used[_month(start_at)] += half_days_of(start_at, end_at)

    def left(self, start_at: datetime) -> Decimal | None:
        """None where no contract that holds on this day names a figure."""
        day = clock.local(start_at).date()
        given = [one.half_days_per_month or Decimal(0) for one in self.contracts if one.allows(day)]
        return sum(given, Decimal(0)) - self.used[_month(start_at)] if given else None

    def take(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether there is room for it in its month; from here on it is counted."""
        needed, left = half_days_of(start_at, end_at), self.left(start_at)
        if left is not None and left < needed:
            return False
        self.used[_month(start_at)] += needed
        return True


def _month(start_at: datetime) -> Month:
    day = clock.local(start_at).date()
    return day.year, day.month
