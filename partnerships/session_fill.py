"""How full sessions are: visits that stand, beside the seats. One query for any number of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from appointments.models import ACTIVE_STATES, Appointment
from partnerships.models import ConsultationSession


@dataclass(frozen=True)
class Fill:
    session: ConsultationSession
    taken: int

    @property
    def free(self) -> int:
        return max(self.session.seats - self.taken, 0)

    @property
    def is_full(self) -> bool:
        return self.free == 0

    @property
    def percent(self) -> int:
        return min(round(100 * self.taken / self.session.seats), 100)


def fills(sessions: Sequence[ConsultationSession]) -> list[Fill]:
    rows = Appointment.objects.filter(
        opening__in=[session.opening_id for session in sessions], status__in=ACTIVE_STATES
    )
    taken = dict(rows.order_by().values_list("opening").annotate(Count("pk")))
    return [Fill(session, taken.get(session.opening_id, 0)) for session in sessions]
