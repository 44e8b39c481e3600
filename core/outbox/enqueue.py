"""Writing messages into the transaction that makes them necessary: both are saved, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, models

from core import clock
from core.outbox import wake
from core.outbox.models import OutboxMessage, State
from core.prepared import Asked, ask, inserting

# Of a thousand and more, each statement would be one of its own.
AT_ONCE = 200


def about(subject: models.Model) -> dict[str, object]:
    """The fields of a message that name the row it speaks of."""
    return {"subject_type": subject._meta.label_lower, "subject_id": subject.pk}


def enqueue(messages: Sequence[OutboxMessage]) -> None:
    """Write them; one that is already there (same dedupe key) is left as it is.

    What is due now leaves as soon as the transaction is committed, the rest when its time comes.
    """
    for some in enqueuing(messages):
        ask(some)


def enqueuing(messages: Sequence[OutboxMessage]) -> list[Asked[list[int]]]:
    """The same, to travel with what else the action writes: one statement, more for hundreds."""
    assert connection.in_atomic_block, "a message is written in the transaction of the action that causes it"
    now = clock.now()
    # Stale ones never: what would be over before it left is not written.
    messages = [one for one in messages if one.expires_at is None or one.due_at < one.expires_at]
    for message in messages:
        message.next_attempt_at = message.due_at
    if any(message.due_at <= now for message in messages):
        wake.on_commit()
    return [
        inserting(messages[first : first + AT_ONCE], or_leave=True)
        for first in range(0, len(messages), AT_ONCE)
    ]


def withdraw(subject: models.Model, kinds: Iterable[str] | None = None) -> int:
    """What still waits about this row will not leave. Answers how many."""
    waiting = OutboxMessage.objects.waiting_for(subject)
    if kinds is not None:
        waiting = waiting.filter(kind__in=list(kinds))
    return waiting.update(state=State.CANCELLED, payload={})
