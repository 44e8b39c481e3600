from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

from core.outbox.rendering import Rendered

# Longer than any honest answer takes, short enough that the others in the queue do not feel it.
TIMEOUT_SECONDS = 10.0


class Outcome(Enum):
    SENT = "the carrier has it"
    RETRY = "not now"
    REFUSED = "nobody is at this address"
    UNDELIVERABLE = "this message will never pass, whatever the address"


@dataclass(frozen=True)
class Parcel:
    """What a gateway gets to see. The same `key` is never carried twice where the carrier honours it."""

    key: str
    address: str
    content: Rendered


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    error: str = ""
    provider_id: str = ""


SENT = Result(Outcome.SENT)


class GatewayDown(Exception):  # noqa: N818 - a state of the carrier, not a mistake
    """The carrier itself is away: no message is to blame, all wait. Carries a sentence for the administrator."""


class Gateway:
    """Carries `chunk_size` messages at a time: as many as the carrier takes in one call, so that each answer is kept
    before the next call and a killed worker doubles one call at most."""

    claim_size = 20
    chunk_size = 1
    # False where nobody reads them, so that nobody writes them either.
    needs_content = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        """One result for each parcel, in order. Raises `GatewayDown` before any of them has left."""
        raise NotImplementedError
