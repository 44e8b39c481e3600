"""What one reader sees of a conversation: each message with its tasks, its link, and who has read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from coordination.access import Reader
from coordination.actions.mend_message import may_mend
from coordination.conversation_access import lines_of
from coordination.links import linked_entries
from coordination.models import Conversation, Following, Mention, Message, Task
from coordination.timeline import Entry
from core.db import together


@dataclass
class Line:
    message: Any
    is_mine: bool
    is_unread: bool
    may_mend: bool
    tasks: list[Task] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
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
    """One query, however much was said, and two where entries of the record are spoken of."""
    said = Message.objects.filter(conversation=conversation).order_by().values("pk")
    messages, called, followings, asked = together(
        lines_of(conversation),
        Mention.objects.filter(message__in=said).select_related("user").order_by("pk"),
        Following.objects.filter(conversation=conversation).select_related("user").order_by("pk"),
        Task.objects.filter(source_type=Message._meta.label_lower, source_id__in=said)
        .select_related("owner", "settled_by")
        .order_by("pk"),
    )
    mine = next((one for one in followings if one.user_id == user.pk), None)
    mentions = _by(called, "message_id")
    tasks = _by(asked, "source_id")
    links = linked_entries(messages, conversation.patient, reader) if conversation.patient and reader else {}
    lines = [
        Line(
            message=message,
            is_mine=message.author_id == user.pk,
            is_unread=_is_unread(message, user, mine),
            may_mend=may_mend(message, user),
            tasks=tasks[message.pk],
            mentions=mentions[message.pk],
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


def _by[R](rows: Iterable[R], name: str) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
