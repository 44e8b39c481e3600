"""What can be sent. Each room registers its kinds here when it starts, so that the ground knows no room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from django.utils.functional import Promise

from core.outbox.models import OutboxMessage
from core.outbox.rendering import Rendered

type Loaded = Mapping[int, Any]


class Quiet(Enum):
    """What a message does when its time comes between 21 h and 8 h."""

    IGNORES = "the person asked for it just now"
    WAITS = "leaves at 8 h, or not at all when that is too late"
    WAITS_IF_IT_CAN = "leaves at 8 h, or at once when that is too late"


def still_at(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    """Never pointless: to the address that it was written for."""
    return {message.pk: message.address for message in messages}


def nothing(messages: Sequence[OutboxMessage]) -> Loaded:
    return {}


@dataclass(frozen=True)
class Kind:
    """`render` writes one message about all rows of its group (one row, save for kinds that merge).

    `addresses` looks again at the last moment: where each row goes today. A row that is missing there has become
    pointless and is never sent. `load` fetches what `render` needs for a whole batch in a constant number of queries.
    """

    name: str
    label: str | Promise
    render: Callable[[Sequence[OutboxMessage], Loaded], Rendered]
    addresses: Callable[[Sequence[OutboxMessage]], Mapping[int, str]] = still_at
    load: Callable[[Sequence[OutboxMessage]], Loaded] = nothing
    quiet: Quiet = Quiet.IGNORES
    # How far ahead a waiting row with the same merge key may be due and still leave with this one.
    merges_within: timedelta = field(default=timedelta(0))
    # Holds a code or a link that opens a door: erased once sent, never shown outside the demonstration.
    secret: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    if kind.name in _kinds and _kinds[kind.name] is not kind:
        raise ValueError(f"two kinds of message are called {kind.name}")
    _kinds[kind.name] = kind
    return kind


def find(name: str) -> Kind | None:
    """None for a row that an older or newer version of the portal has written."""
    return _kinds.get(name)


def label_of(name: str) -> str:
    """What people call this kind; its name, where another version of the portal has written the row."""
    kind = find(name)
    return str(kind.label) if kind else name


def all_kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)
