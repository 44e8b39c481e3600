"""News of a task for those whom it concerns, in the transaction of what happened; not of what one did oneself."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from accounts.models import User
from coordination.models import Task, TaskEvent, TaskNotice
from coordination.waiting import forget_waiting
from core import clock
from core.db import Among


def tell(task: Task, event: TaskEvent, people: Collection[User | None], *, by: User | None) -> None:
    rows = [
        TaskNotice(task=task, user=one, event=event, due_on=task.due_on, by=by)
        for one in sorted((one for one in people if one is not None), key=lambda one: one.pk)
        if by is None or one.pk != by.pk
    ]
    TaskNotice.objects.bulk_create(rows, ignore_conflicts=True)
    touched = {task.owner_id, *(one.pk for one in people if one is not None)}
    transaction.on_commit(lambda: forget_waiting(*touched))


def mark_seen(user: User, notices: Collection[int] | None = None) -> int:
    """All of his, or these of his."""
    rows = TaskNotice.objects.filter(user=user, seen_at=None)
    if notices is not None:
        rows = rows.filter(Among(F("pk"), list(notices)))
    return rows.update(seen_at=clock.now())
