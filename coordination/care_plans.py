"""Care plans as they are read: who reads them, how far a goal is, in words. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from coordination import access
from coordination.access import Reader
from coordination.measures import number, with_unit
from coordination.models import Actor, CarePlan, CarePlanActivity, CarePlanGoal, CarePlanVersion, Measure
from coordination.note_access import KIND as NOTES
from coordination.note_access import reads_for_the_team
from patients.models import Patient
from practitioners.models import Practitioner

# The kind of the timeline, by which the patient closes one of them.
KIND = "care_plan"


def plans_for(patient: Patient, reader: Practitioner | None) -> QuerySet[CarePlan]:
    """All of this patient's for a health professional; for another category those that give him something to do."""
    plans = CarePlan.objects.filter(patient=patient)
    if reader is None:
        return plans.none()
    if reads_for_the_team(reader):
        return plans
    his = CarePlanActivity.objects.filter(practitioner=reader).values("version__plan")
    return plans.filter(pk__in=his)


def readable_plans(patient: Patient, reader: Reader) -> QuerySet[CarePlan]:
    return access.readable(plans_for(patient, reader.practitioner), patient, reader, KIND)


def hidden_notes(patient: Patient, reader: Reader) -> Collection[int]:
    """Whose measures do not stand beside a goal."""
    return access.hidden_entries(patient, reader).get(NOTES, ())


@dataclass
class GoalLine:
    goal: CarePlanGoal
    target: str
    now: str
    is_reached: bool = False


@dataclass
class ActivityLine:
    activity: CarePlanActivity
    who: str


@dataclass
class ShownPlan:
    """A version with its words. `is_whole` False: of another category, who reads what is his part."""

    version: CarePlanVersion
    goals: list[GoalLine] = field(default_factory=list)
    activities: list[ActivityLine] = field(default_factory=list)

    @property
    def plan(self) -> CarePlan:
        return self.version.plan

    @property
    def is_current(self) -> bool:
        return self.version.number == self.plan.current_number

    @property
    def problems(self) -> list[str]:
        return [one.text for one in self.version.problems.all()]


def get_version(plan: CarePlan, number_of: int | None = None) -> CarePlanVersion:
    versions = CarePlanVersion.objects.whole().filter(plan=plan)
    version = versions.filter(number=number_of or plan.current_number).first()
    if version is None:
        raise Http404
    return version


def shown(version: CarePlanVersion, hidden_notes: Collection[int] = ()) -> ShownPlan:
    """Goals with the value of now beside the target, unless it stands in a note that is closed to who reads.

    One query more than the version itself.
    """
    goals = list(version.goals.all())
    wanted = {goal.component_id for goal in goals if goal.component_id}
    rows = (
        Measure.objects.standing()
        .filter(version__note__patient=version.plan.patient_id, component__in=wanted)
        .order_by("component", "-version__observed_at", "-pk")
        .exclude(version__note__in=hidden_notes)
        .distinct("component")
        .values_list("component", "value")
    )
    values: dict[int, Decimal] = dict(rows) if wanted else {}
    return ShownPlan(
        version,
        [_goal(goal, values.get(goal.component_id or 0)) for goal in goals],
        [ActivityLine(one, who_does(one)) for one in version.activities.all()],
    )


def _goal(goal: CarePlanGoal, value: Decimal | None) -> GoalLine:
    component = goal.component
    if component is None or goal.target is None:
        return GoalLine(goal, "", "")
    target = with_unit(number(goal.target, component.decimals), component.kind)
    words = {"name": component.kind.short_name, "side": goal.get_side_display(), "target": target}
    now = with_unit(number(value, component.decimals), component.kind) if value is not None else ""
    return GoalLine(goal, _("%(name)s %(side)s %(target)s") % words, now, _reached(goal, value))


def _reached(goal: CarePlanGoal, value: Decimal | None) -> bool:
    if value is None or goal.target is None:
        return False
    if goal.side == "lt":
        return value < goal.target
    return value > goal.target or (goal.side == "ge" and value == goal.target)


def who_does(activity: CarePlanActivity) -> str:
    if activity.practitioner is not None:
        return f"{activity.practitioner.display_name}, {activity.practitioner.profession_name}"
    if activity.profession is not None:
        return activity.profession.name
    if activity.actor == Actor.RELATIVE:
        return activity.relative or _("un proche")
    return _("le patient")
