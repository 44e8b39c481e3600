"""A carrier for tests and a kind of message without a room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from core.outbox.gateways import Gateway, Parcel, Result
from core.outbox.gateways.base import SENT
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded
from core.outbox.rendering import Rendered
from tests.factories.messages import KIND


class Post(Gateway):
    """Remembers what it was given and answers what it was told to answer."""

    given: ClassVar[list[Parcel]] = []
    answers: ClassVar[list[Result | Exception]] = []

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        results = []
        for parcel in parcels:
            answer = Post.answers.pop(0) if Post.answers else SENT
            if isinstance(answer, Exception):
                raise answer
            Post.given.append(parcel)
            results.append(answer)
        return results


def write(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    if messages[0].payload.get("poison"):
        raise KeyError("missing")
    return Rendered("Note", " + ".join(str(message.payload.get("text", "")) for message in messages))


NOTE = Kind(name=KIND, label="note", render=write)
