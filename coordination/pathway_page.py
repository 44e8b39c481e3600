"""One pathway as a page shows it: each step with its words, its free times and what may be done. Reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appointments.availability import Slot
from appointments.models import Appointment, AppointmentSeries
from coordination.forms.pathway import who_fits
from coordination.models import StepKind
from coordination.pathway_plan import Plan, Standing, StepState
from coordination.pathway_slots import candidates_for, series_for
from practitioners.models import Practitioner

TO_BE_ENTRUSTED = frozenset({StepState.WAITING, StepState.DUE, StepState.PROPOSED, StepState.OVERDUE})
TO_BE_DONE = frozenset({StepState.DUE, StepState.PROPOSED, StepState.OVERDUE})


@dataclass
class StepRow:
    """`clinical` False: the desk reads who and when, not what for."""

    standing: Standing
    clinical: bool
    visits: list[Appointment] = field(default_factory=list)
    series: list[AppointmentSeries] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    assign: list[tuple[int, str]] = field(default_factory=list)
    refused: dict[str, Any] | None = None

    @property
    def title(self) -> str:
        source = self.standing.step.source
        if self.clinical:
            return source.title
        return str(source.get_kind_display()).capitalize()

    @property
    def who(self) -> str:
        """A name, else the profession that is looked for."""
        step = self.standing.step
        if step.practitioner is not None:
            return step.practitioner.display_name
        category, profession = step.source.category, step.source.profession
        wanted = category.profession if category is not None else profession
        return wanted.name if wanted is not None else step.pathway.lead.display_name

    @property
    def state(self) -> StepState:
        return self.standing.state

    @property
    def sign(self) -> str:
        """The class of its mark."""
        if self.state in (StepState.DONE, StepState.SKIPPED):
            return "is-over"
        if self.standing.troubles:
            return "is-late"
        return "is-now" if self.standing.is_open else "is-off"

    @property
    def may_book(self) -> bool:
        return self.standing.state in TO_BE_DONE and self.standing.step.source.is_visit

    @property
    def may_plan_series(self) -> bool:
        source = self.standing.step.source
        return self.standing.state in TO_BE_DONE and source.kind == StepKind.SERIES

    @property
    def may_restart(self) -> bool:
        return self.standing.state in TO_BE_DONE and bool(self.standing.troubles)

    @property
    def may_finish(self) -> bool:
        return self.clinical and (self.standing.needs_answer or self.standing.is_open)

    @property
    def may_skip(self) -> bool:
        """Not to do it is said before it begins to matter as well."""
        waits = self.standing.state == StepState.WAITING
        return self.clinical and (waits or (self.standing.is_open and not self.standing.needs_answer))

    @property
    def may_detach(self) -> bool:
        step = self.standing.step
        return self.clinical and bool(step.appointment_id or step.series_id) and not step.done_on


def rows_of(plan: Plan, *, clinical: bool, refused: dict[str, Any] | None = None) -> list[StepRow]:
    """A fixed number of queries: those of the plan, and two for what the patient has taken meanwhile."""
    patient = plan.pathway.patient
    to_do = [one for one in plan.standings if one.state in TO_BE_DONE] if plan.pathway.is_active else []
    visits, series = candidates_for(to_do, patient), series_for(to_do, patient)
    members = list(Practitioner.objects.active().with_names().order_by("last_name", "first_name"))
    return [
        StepRow(
            one,
            clinical,
            visits=visits.get(one.step.pk, []),
            series=series.get(one.step.pk, []),
            assign=who_fits(one.step.source, members) if clinical and one.state in TO_BE_ENTRUSTED else [],
            refused=refused if refused and refused["step"] == one.step.pk else None,
        )
        for one in plan.standings
    ]
