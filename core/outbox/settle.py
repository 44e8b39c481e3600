"""What became of a message, written down while it is still due: the second step of the lease."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import clock
from core.db import Among
from core.outbox import registry
from core.outbox.claim import MAX_ATTEMPTS, pause_after
from core.outbox.enqueue import enqueue
from core.outbox.gateways import Outcome, Result
from core.outbox.models import Channel, OutboxMessage, State
from core.outbox.rendering import Rendered
from core.outbox.signals import address_refused

log = structlog.get_logger(__name__)


def sent_unread(rows: Sequence[OutboxMessage], now: datetime) -> None:
    """A whole batch whose text nobody has written."""
    OutboxMessage.objects.filter(Among(F("pk"), [row.pk for row in rows]), state=State.DUE).update(
        state=State.SENT, sent_at=now, last_error=""
    )


def sent(row: OutboxMessage, companions: Sequence[OutboxMessage], content: Rendered, result: Result) -> None:
    now = clock.now()
    kind = registry.find(row.kind)
    is_secret = kind is not None and kind.secret
    shown = settings.DEMO or not is_secret
    OutboxMessage.objects.filter(pk=row.pk, state=State.DUE).update(
        state=State.SENT,
        sent_at=now,
        address=row.address,
        sent_subject=content.subject[:200] if shown else "",
        sent_body=content.text if shown else "",
        provider_id=result.provider_id,
        last_error="",
        **({"payload": {}} if is_secret else {}),
    )
    if companions:
        OutboxMessage.objects.filter(
            Among(F("pk"), [other.pk for other in companions]), state=State.DUE
        ).update(state=State.SENT, sent_at=now, last_error="", merged_into=row)


def unsent(row: OutboxMessage, result: Result) -> None:
    """Tried in vain: again later, or given up where trying again is useless."""
    log.warning(
        "outbox.not_sent", message=row.pk, kind=row.kind, outcome=result.outcome.name, attempts=row.attempts
    )
    if result.outcome is Outcome.RETRY and row.attempts < MAX_ATTEMPTS:
        OutboxMessage.objects.filter(pk=row.pk, state=State.DUE).update(
            next_attempt_at=clock.now() + pause_after(row.attempts), last_error=result.error[:500]
        )
        return
    _give_up(row, result.error)
    if result.outcome is Outcome.REFUSED:
        address_refused.send_robust(sender=OutboxMessage, channel=row.channel, address=row.address)


def stale(rows: Iterable[OutboxMessage]) -> None:
    """Overtaken by events: never sent, and kept only as the proof of it."""
    keys = [row.pk for row in rows]
    if keys:
        OutboxMessage.objects.filter(Among(F("pk"), keys), state=State.DUE).update(
            state=State.STALE, payload={}
        )


def _give_up(row: OutboxMessage, error: str) -> None:
    kind = registry.find(row.kind)
    with transaction.atomic():
        changed = OutboxMessage.objects.filter(pk=row.pk, state=State.DUE).update(
            state=State.FAILED,
            last_error=error[:500],
            **({"payload": {}} if kind is not None and kind.secret else {}),
        )
        if changed and row.channel == Channel.SMS and row.payload.get("fallback"):
            enqueue([_by_email(row)])


def _by_email(row: OutboxMessage) -> OutboxMessage:
    """The same message by e-mail, where the telephone could not be reached."""
    now = clock.now()
    return OutboxMessage(
        dedupe_key=f"{row.dedupe_key}:fallback"[:160],
        kind=row.kind,
        channel=Channel.EMAIL,
        recipient_id=row.recipient_id,
        address=row.payload["fallback"],
        language=row.language,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        payload={name: value for name, value in row.payload.items() if name != "fallback"},
        due_at=now,
        expires_at=row.expires_at if row.expires_at and row.expires_at > now else None,
        fallback_of=row,
    )
