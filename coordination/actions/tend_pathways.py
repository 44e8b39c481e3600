"""What the clock does for pathways: visits taken by another door, what is finished, what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import holders_of
from accounts.models import Role, User
from appointments.models import Appointment, AppointmentSeries
from coordination.actions.add_task import add_task
from coordination.actions.change_step import attach_visit
from coordination.actions.end_pathway import end_pathway
from coordination.models import CarePathway, PathwayEnd, PathwayStep
from coordination.pathway_board import plans_of
from coordination.pathway_plan import Plan, Standing, Trouble
from coordination.pathway_slots import candidates_for, series_for
from core import clock
from core.refusal import Refusal

# Seen at once, told as a task: what no person has noticed until now.
TOLD = frozenset({Trouble.OVERDUE, Trouble.NO_SHOW, Trouble.CANCELLED, Trouble.DECLINED, Trouble.ANSWER})


def tend_pathways() -> int:
    """Every hour; doing it twice changes nothing. How many pathways were touched."""
    touched = 0
    for pathway in CarePathway.objects.active().order_by("pk").values_list("pk", flat=True):
        touched += _tend(pathway)
    return touched


def _tend(key: int) -> bool:
    plan = plans_of(CarePathway.objects.filter(pk=key))[0]
    if _recognise(plan):
        plan = plans_of(CarePathway.objects.filter(pk=key))[0]
    elif not (plan.is_finished or plan.is_stalled):
        return False
    if plan.pathway.is_active and plan.is_finished:
        end_pathway(plan.pathway, PathwayEnd.COMPLETED, actor=None)
        return True
    chased = [_chase(plan, standing) for standing, trouble in plan.troubles if trouble in TOLD]
    return any(chased)


def _recognise(plan: Plan) -> bool:
    """The one visit that can be meant is the step, whoever took it; where several may be, a person says."""
    open_steps = [
        one
        for one in plan.open
        if one.step.appointment_id is None and one.step.series_id is None and not one.needs_answer
    ]
    patient = plan.pathway.patient
    found: dict[int, Sequence[Appointment | AppointmentSeries]] = {
        **candidates_for(open_steps, patient),
        **series_for(open_steps, patient),
    }
    recognised = 0
    for one in open_steps:
        mine = found.get(one.step.pk, [])
        if len(mine) != 1 or sum(mine[0] in several for several in found.values()) > 1:
            continue
        try:
            attach_visit(one.step, mine[0], actor=None)
        except Refusal:
            continue
        recognised += 1
    return recognised > 0


def _chase(plan: Plan, standing: Standing) -> bool:
    """A task for whoever has the step in hand, once; begun anew, the step may be chased anew."""
    owner = _account_of(standing)
    if owner is None:
        return False
    with transaction.atomic():
        waiting = PathwayStep.objects.filter(pk=standing.step.pk, chased_at=None)
        if not waiting.update(chased_at=clock.now()):
            return False
        add_task(
            None,
            _("Parcours à reprendre, étape %(number)s") % {"number": standing.step.source.position},
            owner=owner,
            due_on=clock.today(),
            patient=plan.pathway.patient,
            source=standing.step,
        )
    return True


def _account_of(standing: Standing) -> User | None:
    """His own, the lead's, else a coordinator's: somebody always reads it."""
    for practitioner in (standing.step.owner, standing.step.pathway.lead):
        if practitioner.user is not None and practitioner.user.is_active:
            return practitioner.user
    return next(iter(holders_of(Role.COORDINATOR)), None)
