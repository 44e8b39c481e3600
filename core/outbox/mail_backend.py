"""Mail that other packages send through Django (sign-in codes, address confirmations) goes the way of all messages.

The row is written in the transaction of the request and rings at once, so that a code leaves within a second; a mail
server that is away delays it instead of failing the request.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import clock
from core.outbox import registry
from core.outbox.enqueue import enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded
from core.outbox.rendering import Rendered

KIND = "account"
# Codes and links of an account live for minutes: later than this the message would only confuse.
USEFUL_FOR = timedelta(hours=1)
# Set by the sending side's own transport, which is ours.
NOT_KEPT = frozenset({"message-id", "date", "from", "to", "cc", "reply-to"})


class OutboxEmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [row for message in email_messages for row in _rows(message)]
        with transaction.atomic():
            enqueue(rows)
        return len(email_messages)


def _rows(message: EmailMessage) -> list[OutboxMessage]:
    now = clock.now()
    return [
        OutboxMessage(
            dedupe_key=f"{KIND}:{uuid.uuid4()}",
            kind=KIND,
            channel=Channel.EMAIL,
            address=address,
            language=(translation.get_language() or "fr")[:2],
            payload=_content(message),
            due_at=now,
            expires_at=now + USEFUL_FOR,
        )
        for address in message.recipients()
    ]


def _content(message: EmailMessage) -> dict[str, Any]:
    pages: Sequence[Any] = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return {
        "subject": str(message.subject),
        "text": str(message.body),
        "html": next((str(page.content) for page in pages if page.mimetype == "text/html"), ""),
        "sender": str(message.from_email),
        "reply_to": ", ".join(message.reply_to),
        "headers": {
            name: str(value) for name, value in message.extra_headers.items() if name.lower() not in NOT_KEPT
        },
    }


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    content = messages[0].payload
    return Rendered(
        subject=content["subject"],
        text=content["text"],
        html=content["html"],
        headers=content["headers"],
        reply_to=content["reply_to"],
        sender=content["sender"],
    )


ACCOUNT = registry.register(Kind(name=KIND, label=_("compte et connexion"), render=_render, secret=True))
