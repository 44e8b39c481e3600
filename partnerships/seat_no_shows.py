"""How many of those who were expected did not come, and the overbooking that this suggests. Pure: reads."""

from __future__ import annotations

from dataclasses import dataclass

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q

from appointments.models import Appointment, Status
from core import clock
from partnerships.models import MOST_OVERBOOKING, AdvancedConsultation

# Of fewer visits one absence more or less would change everything.
ENOUGH = 20


@dataclass(frozen=True)
class Missed:
    """Over twelve months, of visits whose end is known."""

    expected: int
    missed: int

    @property
    def percent(self) -> int:
        return round(100 * self.missed / self.expected) if self.expected else 0

    @property
    def suggested(self) -> int | None:
        """None where too little is known."""
        return min(self.percent, MOST_OVERBOOKING) if self.expected >= ENOUGH else None


def missed_visits(programme: AdvancedConsultation) -> Missed:
    """One query."""
    found = Appointment.objects.filter(
        opening__consultation_session__programme=programme,
        start_at__gte=clock.now() - relativedelta(months=12),
        status__in=(Status.FULFILLED, Status.NO_SHOW),
    ).aggregate(all=Count("pk"), missed=Count("pk", filter=Q(status=Status.NO_SHOW)))
    return Missed(found["all"], found["missed"])
