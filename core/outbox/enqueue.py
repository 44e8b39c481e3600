"""Writing messages into the transaction that makes them necessary: both are saved, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, models

from core import clock
from core.outbox import wake
from core.outbox.models import OutboxMessage, State


def about(subject: models.Model) -> dict[str, object]:
    """The fields of a message that name the row it speaks of."""
    return {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}


def enqueue(messages: Sequence[OutboxMessage]) -> None:
    """Write them all in one query; one that is already there (same dedupe key) is left as it is.

    What is due now leaves as soon as the transaction is committed, the rest when its time comes.
    """
    assert connection.in_atomic_block, "a message is written in the transaction of the action that causes it"
    if not messages:
        return
    now = clock.now()
    for message in messages:
        message.next_attempt_at = message.due_at
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    if any(message.due_at <= now for message in messages):
        wake.on_commit()


def withdraw(subject: models.Model, kinds: Iterable[str] | None = None) -> int:
    """What still waits about this row will not leave. Answers how many."""
    waiting = OutboxMessage.objects.waiting_for(subject)
    if kinds is not None:
        waiting = waiting.filter(kind__in=list(kinds))
    return waiting.update(state=State.CANCELLED, payload={})
