"""How long the house remembers what it wrote to whom: six months for text and address; that it was sent, longer."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.outbox.models import OutboxMessage, State

KEPT = timedelta(days=183)
BATCH = 2000


def purge() -> int:
    """Erase texts and addresses of messages older than six months, a batch at a time. Answers how many."""
    purged = 0
    while keys := list(
        OutboxMessage.objects.exclude(state=State.DUE)
        .exclude(address="")
        .filter(created_at__lt=clock.now() - KEPT)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        purged += OutboxMessage.objects.filter(pk__in=keys).update(
            address="", sent_subject="", sent_body="", payload={}, last_error=""
        )
    return purged
