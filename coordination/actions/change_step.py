"""What people do with one step of a patient's pathway. Each leaves a fact; dates and states follow by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Appointment, AppointmentSeries
from coordination import notifications_pathways as notifications
from coordination.models import CarePathway, PathwayStep
from coordination.pathway_board import plan_of
from coordination.pathway_plan import Plan, Standing, StepState
from coordination.pathway_team import join_team
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner


class PathwayOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce parcours est terminé : ses étapes ne changent plus."))


class NotNow(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette étape vient de changer. Relisez le parcours, puis recommencez."))


class AnswerMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Choisissez la réponse : la suite du parcours en dépend."))


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez pourquoi : l’équipe le lira."))


class NotThisStep(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce rendez-vous ne peut pas être celui de cette étape."))


def finish_step(step: PathwayStep, *, actor: User, answer: str = "", note: str = "") -> PathwayStep:
    """Done today by somebody's word, or the answer that a visit has left open. Raises `AnswerMissing`, `NotNow`."""
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state not in _CAN_END and not standing.needs_answer:
            raise NotNow
        if step.source.question and answer not in step.source.answers:
            raise AnswerMissing
        step.answer, step.note = answer if step.source.question else "", note[:300]
        fields = ["answer", "note"]
        if not standing.needs_answer:
            step.done_on, step.done_by = clock.today(), actor
            fields += ["done_on", "done_by"]
        step.save(update_fields=fields)
        _record(actor, "pathway_step.done", step, answer=bool(answer))
    return step


def skip_step(step: PathwayStep, *, actor: User, reason: str, answer: str = "") -> PathwayStep:
    """The pathway goes on without it. Raises `ReasonMissing`, `NotNow`."""
    if not reason.strip():
        raise ReasonMissing
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state not in _CAN_END:
            raise NotNow
        step.skipped_on, step.skip_reason = clock.today(), reason.strip()[:200]
        step.answer = answer if answer in step.source.answers else ""
        step.save(update_fields=["skipped_on", "skip_reason", "answer"])
        _record(actor, "pathway_step.skipped", step)
    return step


def restart_step(step: PathwayStep, *, actor: User) -> PathwayStep:
    """Begun anew today with the whole of its delay: after a missed, cancelled or refused visit, or too long a wait."""
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state not in (StepState.DUE, StepState.PROPOSED, StepState.OVERDUE):
            raise NotNow
        if step.appointment_id:
            step.set_aside = [*step.set_aside, step.appointment_id]
        step.appointment, step.restarted_on = None, clock.today()
        step.invited_at = step.declined_at = step.chased_at = None
        step.save(
            update_fields=[
                "set_aside",
                "appointment",
                "restarted_on",
                "invited_at",
                "declined_at",
                "chased_at",
            ]
        )
        _record(actor, "pathway_step.restarted", step)
    return step


def assign_step(step: PathwayStep, practitioner: Practitioner, *, actor: User) -> PathwayStep:
    """Entrusted to somebody who from now on takes part in the care."""
    with step_at_hand(step) as (step, standing, _plan):
        if standing.is_over:
            raise NotNow
        step.practitioner = practitioner
        step.save(update_fields=["practitioner"])
        join_team(step.pathway, practitioner, actor=actor)
        _record(actor, "pathway_step.assigned", step, practitioner=practitioner.pk)
    return step


def invite_step(step: PathwayStep, *, actor: User) -> PathwayStep:
    """The patient is told that he may choose a time. Raises `NotNow` where there is nothing to book."""
    with step_at_hand(step) as (step, standing, _plan):
        is_open = standing.state in (StepState.DUE, StepState.PROPOSED, StepState.OVERDUE)
        if not is_open or step.source.category_id is None:
            raise NotNow
        step.invited_at, step.declined_at = clock.now(), None
        step.save(update_fields=["invited_at", "declined_at"])
        notifications.pathway_step_due(step)
        _record(actor, "pathway_step.proposed", step)
    return step


def decline_step(step: PathwayStep, *, actor: User) -> PathwayStep:
    """The patient does not want this step: his professional is to talk with him, nothing is skipped by itself."""
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state not in (StepState.DUE, StepState.PROPOSED, StepState.OVERDUE):
            raise NotNow
        step.declined_at = clock.now()
        step.save(update_fields=["declined_at"])
        _record(actor, "pathway_step.declined", step)
    return step


def attach_visit(
    step: PathwayStep, visit: Appointment | AppointmentSeries, *, actor: User | None
) -> PathwayStep:
    """This visit, or this series, is the step. Raises `NotThisStep`, `NotNow`."""
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state not in _CAN_END or standing.state == StepState.BOOKED:
            raise NotNow
        if visit.patient_id != step.pathway.patient_id:
            raise NotThisStep
        is_series = isinstance(visit, AppointmentSeries)
        taken = PathwayStep.objects.exclude(pk=step.pk).filter(
            **{"series" if is_series else "appointment": visit}
        )
        if is_series != step.source.is_series or taken.exists():
            raise NotThisStep
        set_visit(step, visit, actor=actor)
    return step


def set_visit(step: PathwayStep, visit: Appointment | AppointmentSeries, *, actor: User | None) -> None:
    """The part that booking and attaching share; the caller holds the step."""
    name = "series" if isinstance(visit, AppointmentSeries) else "appointment"
    setattr(step, name, visit)
    step.practitioner = visit.practitioner
    step.declined_at = None
    step.save(update_fields=[name, "practitioner", "declined_at"])
    join_team(step.pathway, visit.practitioner, actor=actor)
    _record(actor, "pathway_step.booked", step, visit=visit.pk)


def detach_visit(step: PathwayStep, *, actor: User) -> PathwayStep:
    """« Ce n’est pas cette étape » : the visit stays as it is, the step looks for another."""
    with step_at_hand(step) as (step, _standing, _plan):
        if step.done_on or (step.appointment_id is None and step.series_id is None):
            raise NotNow
        key = step.appointment_id or step.series_id or 0
        step.set_aside = [*step.set_aside, key]
        step.appointment = step.series = None
        step.answer = ""
        step.save(update_fields=["set_aside", "appointment", "series", "answer"])
        _record(actor, "pathway_step.detached", step, visit=key)
    return step


def keep_visit(step: PathwayStep, *, actor: User, note: str) -> PathwayStep:
    """Outside the delay, and kept on purpose; moved to another day, it is asked again."""
    if not note.strip():
        raise ReasonMissing
    with step_at_hand(step) as (step, standing, _plan):
        if standing.state != StepState.BOOKED:
            raise NotNow
        step.kept_on, step.kept_note = standing.begins_on, note.strip()[:200]
        step.save(update_fields=["kept_on", "kept_note"])
        _record(actor, "pathway_step.kept", step)
    return step


def note_dates(pathway: CarePathway, *, actor: User) -> int:
    """The new days of all steps have been seen. How many had moved."""
    with transaction.atomic():
        lock("patient", pathway.patient_id)
        moved = plan_of(pathway).shifts
        for standing in moved:
            PathwayStep.objects.filter(pk=standing.step.pk).update(noted_on=standing.window.ideal)
        record(
            actor,
            "pathway.dates_noted",
            pathway,
            patient_id=pathway.patient_id,
            moved=[
                [one.step.source.position, before.isoformat(), after.isoformat()]
                for one in moved
                for before, after in [one.shift or (one.window.ideal, one.window.ideal)]
            ],
        )
    return len(moved)


_CAN_END = frozenset(
    {StepState.WAITING, StepState.DUE, StepState.PROPOSED, StepState.OVERDUE, StepState.BOOKED}
)


@contextmanager
def step_at_hand(step: PathwayStep) -> Iterator[tuple[PathwayStep, Standing, Plan]]:
    """The step as it stands now, nobody else changing it. Raises `PathwayOver`."""
    with transaction.atomic():
        lock("patient", step.pathway.patient_id)
        PathwayStep.objects.select_for_update(no_key=True).get(pk=step.pk)
        plan = plan_of(step.pathway)
        if not plan.pathway.is_active:
            raise PathwayOver
        standing = next(one for one in plan.standings if one.step.pk == step.pk)
        yield standing.step, standing, plan


def _record(actor: User | None, action: str, step: PathwayStep, **detail: Any) -> None:
    record(
        actor,
        action,
        step,
        patient_id=step.pathway.patient_id,
        pathway=step.pathway_id,
        position=step.source.position,
        **detail,
    )
