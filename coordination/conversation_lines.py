"""What one reader sees of a conversation: each message with its tasks, its link, and who has read it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from coordination.access import Reader
from coordination.actions.mend_message import may_mend
from coordination.conversation_access import lines_of
from coordination.links import linked_entries
from coordination.models import Conversation, Following, Message, Task
from coordination.timeline import Entry


@dataclass
class Line:
    message: Any
    is_mine: bool
    is_unread: bool
    may_mend: bool
    tasks: list[Task] = field(default_factory=list)
    link: Entry | None = None
    read_by: list[User] = field(default_factory=list)


@dataclass
class Talk:
    lines: list[Line]
    following: Following | None

    @property
    def unread(self) -> int:
        return sum(line.is_unread for line in self.lines)

    @property
    def last(self) -> int:
        return self.lines[-1].message.pk if self.lines else 0


def talk_of(conversation: Conversation, user: User, reader: Reader | None) -> Talk:
    """A fixed number of queries, however much was said (and one or two for each kind of entry spoken of)."""
    messages = list(lines_of(conversation))
    followings = list(Following.objects.filter(conversation=conversation).select_related("user"))
    mine = next((one for one in followings if one.user_id == user.pk), None)
    tasks = _tasks(messages)
    links = linked_entries(messages, conversation.patient, reader) if conversation.patient and reader else {}
    lines = [
        Line(
            message=message,
            is_mine=message.author_id == user.pk,
            is_unread=_is_unread(message, user, mine),
            may_mend=may_mend(message, user),
            tasks=tasks[message.pk],
            link=links.get((message.link_kind, message.link_id or 0)),
            read_by=[
                one.user
                for one in followings
                if one.read_up_to >= message.pk and one.user_id not in (message.author_id, user.pk)
            ],
        )
        for message in messages
    ]
    return Talk(lines, mine)


def _is_unread(message: Message, user: User, mine: Following | None) -> bool:
    """Only to who is in it: who looks in from beside has nothing waiting."""
    if mine is None or message.author_id == user.pk or message.withdrawn_at is not None:
        return False
    return message.pk > mine.read_up_to


def _tasks(messages: list[Message]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = defaultdict(list)
    rows = Task.objects.filter(
        source_type=Message._meta.label_lower, source_id__in=[one.pk for one in messages]
    )
    for task in rows.select_related("owner", "settled_by").order_by("pk"):
        found[task.source_id or 0].append(task)
    return found
