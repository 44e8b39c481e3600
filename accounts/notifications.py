"""A message to somebody who has an account: by e-mail, in his language. What it says is the sending room's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User
from core import clock
from core.outbox.enqueue import about
from core.outbox.models import Channel, OutboxMessage


def email_to(
    user: User,
    kind: str,
    subject: models.Model,
    key: str,
    payload: dict[str, Any] | None = None,
    *,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    merge_key: str = "",
) -> OutboxMessage:
    """To be enqueued. `key` tells it from every other message of its kind: the same one twice is sent once."""
    return OutboxMessage(
        dedupe_key=f"{kind}:{key}",
        kind=kind,
        channel=Channel.EMAIL,
        recipient=user,
        address=user.email,
        language=user.language,
        payload=payload or {},
        due_at=due_at or clock.now(),
        expires_at=expires_at,
        merge_key=merge_key,
        **about(subject),
    )
