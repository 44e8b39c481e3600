"""Which conversations changed since one looked last: their keys and nothing else."""

from __future__ import annotations

from coordination.models import Conversation
from core.web.sockets import Frame

# So many of the latest are compared: a change that is committed late is found among them.
COMPARED = 50


class ConversationFollower:
    """Compares numbers instead of reading a log: a conversation's number grows under its own lock."""

    def __init__(self) -> None:
        self._known: dict[int, int] | None = None

    def news(self) -> list[Frame]:
        """One query."""
        rows = Conversation.objects.order_by("-changed_at", "-pk").values_list("pk", "revision")[:COMPARED]
        now = dict(rows)
        known, self._known = self._known, now
        if known is None:
            return []
        return [[pk, "", ""] for pk, revision in sorted(now.items()) if known.get(pk) != revision]
