"""The sockets of the screens that show conversations. What they hear is that one of them changed."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.sessions import user_of
from coordination.live import ConversationFollower
from coordination.task_access import works_here
from core.web.sockets import LiveConsumer


class ConversationConsumer(LiveConsumer):
    follower = ConversationFollower
    period = 0.5

    @staticmethod
    def allowed(keys: Iterable[str]) -> set[str]:
        return {key for key in keys if key and (user := user_of(key)) is not None and works_here(user)}
