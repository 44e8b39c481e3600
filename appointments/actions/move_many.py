"""Several visits at once, each for itself: a time taken meanwhile keeps one visit where it is, not the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from appointments.actions.reschedule import reschedule
from appointments.models import Appointment
from appointments.placing import Wish
from core.refusal import Refusal
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Order:
    """What was shown and confirmed: this visit, which stood at `seen_at`, to `start_at`."""

    visit: Appointment
    seen_at: datetime
    start_at: datetime


@dataclass(frozen=True)
class Moved:
    visit: Appointment
    sentence: str


def move_many(orders: Sequence[Order], practitioner: Practitioner, *, actor: User) -> list[Moved]:
    """One transaction a visit, its trace and its message in it. An empty sentence: moved."""
    results = []
    for order in orders:
        try:
            reschedule(order.visit, Wish(order.start_at, practitioner), actor=actor, seen_at=order.seen_at)
        except Refusal as refusal:
            results.append(Moved(order.visit, str(refusal.sentence)))
        else:
            results.append(Moved(order.visit, ""))
    return results
