import uuid
from datetime import timedelta

import factory

from core import clock
from core.outbox.models import Channel, OutboxMessage

KIND = "tests.note"
# Of the one kind that every process knows: the payload is the whole message.
LETTER = {"subject": "Note", "text": "Bonjour", "html": "", "sender": "", "reply_to": "", "headers": {}}


class OutboxMessageFactory(factory.django.DjangoModelFactory[OutboxMessage]):
    class Meta:
        model = OutboxMessage

    dedupe_key = factory.LazyFunction(lambda: f"tests:{uuid.uuid4()}")
    kind = KIND
    channel = Channel.EMAIL
    address = factory.Sequence(lambda n: f"destinataire{n}@example.org")
    due_at = factory.LazyFunction(lambda: clock.now() - timedelta(seconds=1))
    next_attempt_at = factory.SelfAttribute("due_at")
