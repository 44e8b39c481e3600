"""How much waits for one person: shown on every page, so one cheap query a minute and a person."""

from __future__ import annotations

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor
from accounts.models import User
from appointments.duties import add_duties
from coordination.models import Task

FRESH = 60


def _key(user_id: int) -> str:
    return f"coordination:waiting:{user_id}"


def tasks_waiting(user: Visitor) -> int:
    """His tasks for today, and those that are late."""
    if not isinstance(user, User):
        return 0
    number: int | None = cache.get(_key(user.pk))
    if number is None:
        number = Task.objects.due().filter(owner=user, orphaned_at=None).count()
        cache.set(_key(user.pk), number, FRESH)
    return number


def duties_of(user: User) -> list[tuple[str, str]]:
    """For « Ma journée »: words and where. Nothing is said of nought."""
    number = tasks_waiting(user)
    if not number:
        return []
    words = ngettext(
        "%d tâche pour aujourd’hui ou en retard", "%d tâches pour aujourd’hui ou en retard", number
    )
    return [(words % number, reverse("task_list"))]


def forget_waiting(*users: int | None) -> None:
    """What was known of these is no longer true."""
    cache.delete_many([_key(one) for one in users if one is not None])


add_duties(duties_of)
