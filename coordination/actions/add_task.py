from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Model

from accounts.access import gives_care
from accounts.models import User
from coordination.actions.tell_of_task import tell
from coordination.models import Task, TaskEvent
from core.audit.record import record
from patients.models import Patient


@transaction.atomic
def add_task(
    actor: User | None,
    title: str,
    *,
    owner: User,
    due_on: date,
    patient: Patient | None = None,
    source: Model | None = None,
    is_clinical: bool | None = None,
) -> Task:
    """`actor` None is the house itself: a timer that ran out. Access to the patient is the caller's question.

    What is given to somebody who gives no care is administrative unless said otherwise: its words are for the desk.
    """
    if is_clinical is None:
        is_clinical = patient is not None and gives_care(owner)
    task = Task.objects.create(
        patient=patient,
        title=title,
        owner=owner,
        due_on=due_on,
        created_by=actor,
        is_clinical=is_clinical,
        source_type=source._meta.label_lower if source is not None else "",
        source_id=source.pk if source is not None else None,
    )
    record(actor, "task.added", task, patient_id=patient.pk if patient else None)
    tell(task, TaskEvent.GIVEN, {owner}, by=actor)
    return task
