"""The team opens the day's pool sooner, or keeps it for itself."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import Opening, PoolDecision
from core import clock
from core.audit.record import record


def decide_pool(opening: Opening, decision: str, *, actor: User) -> PoolDecision | None:
    """`decision` empty: the hours of the profession hold again. What is booked already stays booked."""
    with transaction.atomic():
        if decision:
            row, _created = PoolDecision.objects.update_or_create(
                opening=opening, defaults={"decision": decision, "at": clock.now(), "by": actor}
            )
        else:
            PoolDecision.objects.filter(opening=opening).delete()
            row = None
        record(actor, "pool.decide", opening, decision=decision or "hours")
    return row
