"""A task is done, abandoned, or open again. Two people at once: the second reads what the first has done."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.tell_of_task import tell
from coordination.models import Task, TaskEvent, TaskState
from coordination.task_access import may_own
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class AlreadySettled(Refusal):
    def __init__(self, task: Task) -> None:
        who = task.settled_by or _("quelqu’un")
        words = {
            TaskState.COMPLETED: _("%(who)s a déjà noté cette tâche comme faite."),
            TaskState.CANCELLED: _("%(who)s a déjà abandonné cette tâche."),
        }
        super().__init__(words[TaskState(task.state)] % {"who": who})


class StillOpen(Refusal):
    pass


def locked_open_task(pk: int) -> Task:
    """Ours until the transaction ends; refused where somebody was faster.

    Locked without its people: a join on the owner finds no row at all when he has changed while we waited.
    """
    task = Task.objects.select_for_update(no_key=True).get(pk=pk)
    if not task.is_open:
        raise AlreadySettled(task)
    return task


@transaction.atomic
def finish_task(task: Task, *, actor: User) -> Task:
    """Tapped twice by the same person, it is done once."""
    try:
        task = locked_open_task(task.pk)
    except AlreadySettled:
        done = Task.objects.get(pk=task.pk)
        if done.state == TaskState.COMPLETED and done.settled_by_id == actor.pk:
            return done
        raise
    _settle(task, TaskState.COMPLETED, actor)
    record(actor, "task.finished", task, patient_id=task.patient_id)
    tell(task, TaskEvent.COMPLETED, {task.owner, task.created_by}, by=actor)
    return task


@transaction.atomic
def cancel_task(task: Task, *, actor: User, reason: str) -> Task:
    task = locked_open_task(task.pk)
    _settle(task, TaskState.CANCELLED, actor, " ".join(reason.split())[:300])
    record(actor, "task.cancelled", task, patient_id=task.patient_id)
    tell(task, TaskEvent.CANCELLED, {task.owner, task.created_by}, by=actor)
    return task


def drop_tasks(tasks: QuerySet[Task], *, actor: User, reason: str) -> list[int]:
    """Several at once, in silence, within the caller's transaction; each can be opened again."""
    rows = list(tasks.select_for_update(no_key=True).order_by("pk"))
    for task in rows:
        _settle(task, TaskState.CANCELLED, actor, reason)
        record(actor, "task.cancelled", task, patient_id=task.patient_id)
    return [task.pk for task in rows]


@transaction.atomic
def reopen_task(task: Task, *, actor: User) -> Task:
    """Back to its owner, who may no longer be able to: then to who reopens it."""
    task = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if task.is_open:
        return task
    if not may_own(task.owner, task.patient, is_clinical=task.is_clinical):
        if not may_own(actor, task.patient, is_clinical=task.is_clinical):
            raise StillOpen(_("Cette tâche n’a plus de responsable : créez-en une nouvelle."))
        task.owner = actor
    task.state, task.settled_at, task.settled_by, task.settle_note = TaskState.REQUESTED, None, None, ""
    task.orphaned_at = None
    task.save(update_fields=["state", "settled_at", "settled_by", "settle_note", "owner", "orphaned_at"])
    record(actor, "task.reopened", task, patient_id=task.patient_id)
    tell(task, TaskEvent.REOPENED, {task.owner, task.created_by}, by=actor)
    return task


def _settle(task: Task, state: TaskState, actor: User, note: str = "") -> None:
    task.state, task.settled_at, task.settled_by, task.settle_note = state, clock.now(), actor, note
    task.orphaned_at = None
    task.save(update_fields=["state", "settled_at", "settled_by", "settle_note", "orphaned_at"])
