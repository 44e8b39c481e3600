"""How much waits for one person: shown on every page, so one cheap query a minute and a person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor
from accounts.models import User
from appointments.duties import add_duties
from coordination.conversation_access import unread_conversations
from coordination.models import Task
from coordination.remembered import forget, remembered

TASKS, CONVERSATIONS = "tasks", "conversations"


def tasks_waiting(user: Visitor) -> int:
    """His tasks for today, and those that are late."""
    return remembered(user, TASKS, lambda one: Task.objects.due().filter(owner=one, orphaned_at=None).count())


def conversations_waiting(user: Visitor) -> int:
    """Those in which somebody said something that he has not read."""
    return remembered(user, CONVERSATIONS, unread_conversations)


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
    for what in (TASKS, CONVERSATIONS):
        forget(what, users)


add_duties(duties_of)
