"""A care plan is written, changed by a new version, agreed upon with the patient, closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.actions.add_task import add_task
from coordination.models import (
    CarePlan,
    CarePlanActivity,
    CarePlanGoal,
    CarePlanProblem,
    CarePlanVersion,
    MeasureComponent,
    Task,
    TaskState,
)
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession


class ChangedMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Ce plan vient d’être modifié par quelqu’un d’autre. Relisez-le d’abord.")
        )


class PlanClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("Ce plan est clos. Ouvrez-en un nouveau."))


class AgreedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("L’accord sur cette version est déjà noté."))


class Goal(NamedTuple):
    text: str
    component: MeasureComponent | None
    side: str
    target: Decimal | None
    due_on: date | None
    state: str


class Activity(NamedTuple):
    text: str
    actor: str
    practitioner: Practitioner | None
    profession: Profession | None
    relative: str
    until: date | None
    state: str


class Content(NamedTuple):
    """One version as it was typed."""

    aim: str
    problems: list[str]
    goals: list[Goal]
    activities: list[Activity]
    review_on: date
    reviewer: Practitioner
    because: str = ""


def write_care_plan(
    patient: Patient, author: Practitioner, content: Content, *, actor: User, seen_number: int = 0
) -> CarePlanVersion:
    """The first version opens the plan; each later one replaces what is read, and what was agreed is asked again.

    The reviewer gets a task for the day of the review. `seen_number` is the version that was changed, 0 for none.
    """
    with transaction.atomic():
        lock("patient", patient.pk)
        plan = CarePlan.objects.open().filter(patient=patient).order_by("-opened_at", "-pk").first()
        if seen_number != (plan.current_number if plan else 0):
            raise ChangedMeanwhile
        if plan is None:
            plan = CarePlan.objects.create(patient=patient)
        else:
            plan.current_number += 1
            plan.save(update_fields=["current_number"])
        version = CarePlanVersion.objects.create(
            plan=plan,
            number=plan.current_number,
            aim=content.aim,
            author=author,
            because=content.because,
            review_on=content.review_on,
            reviewer=content.reviewer,
        )
        _add_lines(version, content)
        _ask_for_review(plan, content, patient, actor)
        record(actor, "care_plan.written", plan, patient_id=patient.pk, version=version.number)
    return version


def _add_lines(version: CarePlanVersion, content: Content) -> None:
    CarePlanProblem.objects.bulk_create(
        CarePlanProblem(version=version, position=place, text=text)
        for place, text in enumerate(content.problems, 1)
    )
    CarePlanGoal.objects.bulk_create(
        CarePlanGoal(version=version, position=place, **goal._asdict())
        for place, goal in enumerate(content.goals, 1)
    )
    CarePlanActivity.objects.bulk_create(
        CarePlanActivity(version=version, position=place, **activity._asdict())
        for place, activity in enumerate(content.activities, 1)
    )


def _ask_for_review(plan: CarePlan, content: Content, patient: Patient, actor: User) -> None:
    """One open task at a time: the day or the reviewer may have changed."""
    _drop_reviews(plan, actor)
    if content.reviewer.user is not None:
        title = _("Relire le plan de soins")
        add_task(
            actor,
            title,
            owner=content.reviewer.user,
            due_on=content.review_on,
            patient=patient,
            source=plan,
        )


def _drop_reviews(plan: CarePlan, actor: User) -> None:
    Task.objects.open().filter(source_type=CarePlan._meta.label_lower, source_id=plan.pk).update(
        state=TaskState.CANCELLED, settled_at=clock.now(), settled_by=actor
    )


def agree_care_plan(
    version: CarePlanVersion, *, actor: User, agreed_on: date, means: Means, agreed_with: str = ""
) -> CarePlanVersion:
    """What the patient said of this version. Once: another version asks again."""
    with transaction.atomic():
        version = (
            CarePlanVersion.objects.select_for_update(of=("self",), no_key=True)
            .select_related("plan")
            .get(pk=version.pk)
        )
        if not version.plan.is_open:
            raise PlanClosed
        if version.agreed_on is not None:
            raise AgreedAlready
        version.agreed_on, version.agreed_means = agreed_on, means
        version.agreed_with, version.agreed_noted_by = agreed_with, actor
        version.save(update_fields=["agreed_on", "agreed_means", "agreed_with", "agreed_noted_by"])
        record(actor, "care_plan.agreed", version.plan, patient_id=version.plan.patient_id, means=str(means))
    return version


def close_care_plan(plan: CarePlan, *, actor: User, because: str) -> CarePlan:
    with transaction.atomic():
        plan = CarePlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
        if not plan.is_open:
            raise PlanClosed
        plan.closed_at, plan.closed_because = clock.now(), because
        plan.save(update_fields=["closed_at", "closed_because"])
        _drop_reviews(plan, actor)
        record(actor, "care_plan.closed", plan, patient_id=plan.patient_id)
    return plan
