"""What the clock does about tasks: one reminder, one escalation, and no task that nobody can do."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User
from coordination.actions.tell_of_task import tell
from coordination.models import Task, TaskEvent, TaskNotice
from coordination.task_access import coordinators, may_own, tasks_for
from core import clock
from core.audit.record import record

# Days after the date promised: the owner is reminded the next morning, who gave it hears of it three days later.
ESCALATED_AFTER = timedelta(days=3)


def watch_tasks() -> None:
    """Any number of times a day, by any number of workers: each thing is said once."""
    rescue_tasks()
    remind_of_tasks()


def remind_of_tasks() -> int:
    today = clock.today()
    said = 0
    for event, late_since in ((TaskEvent.OVERDUE, today), (TaskEvent.ESCALATED, today - ESCALATED_AFTER)):
        # Another date is another promise: what was said of the old one does not count.
        told = TaskNotice.objects.filter(event=event, due_on=F("task__due_on")).values("task")
        rows = Task.objects.overdue(late_since).filter(orphaned_at=None).exclude(pk__in=told)
        for pk in list(rows.order_by("due_on", "pk").values_list("pk", flat=True)):
            said += _say(pk, event)
    return said


@transaction.atomic
def _say(pk: int, event: TaskEvent) -> int:
    """Under the row's lock, so that the second of two sweeps finds it said."""
    task = Task.objects.open().select_for_update(no_key=True).filter(pk=pk).first()
    if task is None or task.notices.filter(event=event, due_on=task.due_on).exists():
        return 0
    tell(task, event, {task.owner} if event is TaskEvent.OVERDUE else _above(task), by=None)
    record(None, f"task.{event}", task, patient_id=task.patient_id)
    return 1


def _above(task: Task) -> set[User]:
    """Who gave it; where that is its owner, nobody, or somebody who left: the coordinators."""
    giver = task.created_by
    is_other = giver is not None and giver != task.owner
    if giver and is_other and may_own(giver, task.patient, is_clinical=task.is_clinical):
        return {giver}
    return set(coordinators()) or {task.owner}


def rescue_tasks() -> int:
    """Falls to who gave it; else waits on the coordinator's list. Whose access comes back has his task back."""
    saved = 0
    owners = User.objects.filter(pk__in=Task.objects.open().values("owner")).order_by("pk")
    for owner in owners:
        mine = Task.objects.open().filter(owner=owner)
        within_reach = tasks_for(owner).filter(owner=owner).values("pk")
        mine.filter(pk__in=within_reach).exclude(orphaned_at=None).update(orphaned_at=None)
        for task in mine.exclude(pk__in=within_reach).filter(orphaned_at=None).order_by("pk"):
            saved += _rescue(task, owner)
    return saved


@transaction.atomic
def _rescue(task: Task, lost: User) -> int:
    rows = Task.objects.select_for_update(no_key=True).open()
    found = rows.filter(pk=task.pk, owner=lost, orphaned_at=None).first()
    if found is None:
        return 0
    giver = found.created_by
    if giver is not None and giver != lost and may_own(giver, found.patient, is_clinical=found.is_clinical):
        found.owner = giver
        people = {giver}
    else:
        found.orphaned_at = clock.now()
        people = set(coordinators())
    found.save(update_fields=["owner", "orphaned_at"])
    record(None, "task.orphaned", found, patient_id=found.patient_id, before=lost.pk, after=found.owner_id)
    tell(found, TaskEvent.ORPHANED, people, by=None)
    return 1
