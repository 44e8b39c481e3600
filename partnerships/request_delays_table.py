"""How long each state may last, as it is shown and changed: the house's own figures, and a programme's. Reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coordination.models import Urgency
from core import clock
from partnerships.models import AdvancedConsultation, RequestDelay, RequestState
from partnerships.request_delays import FALLBACK

# A letter has days of its own on its programme; what has ended waits for nobody.
STATES = (
    RequestState.DRAFT,
    RequestState.RECEIVED,
    RequestState.ASKED,
    RequestState.ACCEPTED,
    RequestState.INVITED,
    RequestState.BOOKED,
)


@dataclass(frozen=True)
class Delay:
    """`own`: of this programme; None where the house's holds, and for the house itself where nobody said any."""

    state: RequestState
    urgency: Urgency
    own: RequestDelay | None
    house: RequestDelay

    @property
    def holds(self) -> RequestDelay:
        return self.own or self.house

    @property
    def name(self) -> str:
        return f"{self.state}-{self.urgency}"


def delays_of(programme: AdvancedConsultation | None) -> list[Delay]:
    """As they hold today, in the order of the states; two queries."""
    own = _latest(programme) if programme is not None else _latest(None)
    house = own if programme is None else _latest(None)
    return [
        Delay(state, urgency, own.get((state, urgency)), house.get((state, urgency), FALLBACK))
        for state, urgency in _pairs()
    ]


def _pairs() -> Iterator[tuple[RequestState, Urgency]]:
    return (
        (state, urgency) for state in STATES for urgency in (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)
    )


def _latest(programme: AdvancedConsultation | None) -> dict[tuple[str, str], RequestDelay]:
    rows = RequestDelay.objects.filter(programme=programme, since__lte=clock.today()).order_by("since", "pk")
    return {(row.state, row.urgency): row for row in rows}
