"""A task changes hands, or its day. Who had it, who gave it and who has it now are told."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import gives_care
from accounts.models import User
from coordination.actions.settle_task import locked_open_task
from coordination.actions.tell_of_task import tell
from coordination.models import Task, TaskEvent
from coordination.task_access import may_own
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class CannotOwn(Refusal):
    """He may not know this patient, or not what is said of him."""


class DayIsPast(Refusal):
    pass


class GivenMeanwhile(Refusal):
    pass


def check_owner(owner: User, task_patient: object, *, is_clinical: bool) -> None:
    """Raises the sentence that says why not."""
    if may_own(owner, task_patient, is_clinical=is_clinical):  # type: ignore[arg-type]
        return
    if is_clinical and not gives_care(owner):
        raise CannotOwn(
            _(
                "%(who)s ne lit rien de médical. Créez pour l’accueil une tâche administrative, sans mot de soin."
            )
            % {"who": owner}
        )
    raise CannotOwn(
        _("%(who)s ne peut pas ouvrir ce dossier : la tâche ne lui a pas été confiée.") % {"who": owner}
    )


@transaction.atomic
def hand_over_task(task: Task, to: User, *, actor: User, seen_owner: int | None = None) -> Task:
    """`seen_owner` is whom the actor saw on his screen: two people who hand it over at once do not undo each other."""
    task = locked_open_task(task.pk)
    if task.owner_id == to.pk and task.orphaned_at is None:
        return task
    if seen_owner is not None and task.owner_id != seen_owner:
        raise GivenMeanwhile(_("Cette tâche vient d’être confiée à %(who)s.") % {"who": task.owner})
    check_owner(to, task.patient, is_clinical=task.is_clinical)
    before = task.owner
    task.owner, task.orphaned_at = to, None
    task.save(update_fields=["owner", "orphaned_at"])
    record(actor, "task.handed_over", task, patient_id=task.patient_id, before=before.pk, after=to.pk)
    tell(task, TaskEvent.GIVEN, {to}, by=actor)
    tell(task, TaskEvent.HANDED_OVER, {before, task.created_by} - {to}, by=actor)
    return task


@transaction.atomic
def reschedule_task(task: Task, due_on: date, *, actor: User) -> Task:
    if due_on < clock.today():
        raise DayIsPast(_("Ce jour est passé : choisissez aujourd’hui ou plus tard."))
    task = locked_open_task(task.pk)
    if task.due_on == due_on:
        return task
    before, task.due_on = task.due_on, due_on
    task.save(update_fields=["due_on"])
    record(
        actor,
        "task.rescheduled",
        task,
        patient_id=task.patient_id,
        before=before.isoformat(),
        after=due_on.isoformat(),
    )
    tell(task, TaskEvent.RESCHEDULED, {task.owner, task.created_by}, by=actor)
    return task
