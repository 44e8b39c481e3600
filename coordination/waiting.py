"""How much waits for one person: shown on every page, so one cheap query a minute and a person."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor
from accounts.models import User
from appointments.duties import add_duties
from coordination.conversation_access import unread_conversations
from coordination.models import Task

FRESH = 60
TASKS, CONVERSATIONS = "tasks", "conversations"


def _key(user_id: int, what: str) -> str:
    return f"coordination:{what}:{user_id}"


def tasks_waiting(user: Visitor) -> int:
    """His tasks for today, and those that are late."""
    return _remembered(
        user, TASKS, lambda one: Task.objects.due().filter(owner=one, orphaned_at=None).count()
    )


def conversations_waiting(user: Visitor) -> int:
    """Those in which somebody said something that he has not read."""
    return _remembered(user, CONVERSATIONS, unread_conversations)


def _remembered(user: Visitor, what: str, count: Callable[[User], int]) -> int:
    if not isinstance(user, User):
        return 0
    number: int | None = cache.get(_key(user.pk, what))
    if number is None:
        number = count(user)
        cache.set(_key(user.pk, what), number, FRESH)
    return number


def duties_of(user: User) -> list[tuple[str, str]]:
    """For « Ma journée » : words and where. Nothing is said of nought."""
    found = []
    if number := tasks_waiting(user):
        words = ngettext(
            "%d tâche pour aujourd’hui ou en retard", "%d tâches pour aujourd’hui ou en retard", number
        )
        found.append((words % number, reverse("task_list")))
    if number := conversations_waiting(user):
        words = ngettext("%d échange avec du nouveau", "%d échanges avec du nouveau", number)
        found.append((words % number, reverse("conversation_list")))
    return found


def forget_waiting(*users: int | None) -> None:
    """What was known of these is no longer true."""
    known = [one for one in users if one is not None]
    cache.delete_many([_key(one, what) for one in known for what in (TASKS, CONVERSATIONS)])


add_duties(duties_of)
