"""Where a patient stands on his pathway: states and dates of all steps, read from facts and visits. Pure, no query.

Nothing of this is stored: a visit that moves, is cancelled or is missed anywhere in the house changes the plan by
itself, and with it the days of all that comes after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, Status
from coordination.models import CarePathway, PathwayStep
from coordination.pathway_dates import Window, window_of
from core import clock

# Missed sessions were not given: they are still due (appointments.series_progress).
GIVEN = frozenset({Status.ARRIVED, Status.IN_PROGRESS, Status.FULFILLED})
UNDER_WAY = frozenset({Status.BOOKED, Status.ARRIVED, Status.IN_PROGRESS})
ANSWER_WITHIN = timedelta(days=3)
MARK_WITHIN = timedelta(days=2)


class StepState(models.TextChoices):
    WAITING = "waiting", _("plus tard")
    DUE = "due", _("à faire")
    PROPOSED = "proposed", _("proposée au patient")
    BOOKED = "booked", _("rendez-vous pris")
    DONE = "done", _("faite")
    SKIPPED = "skipped", _("passée")
    OVERDUE = "overdue", _("en retard")
    DROPPED = "dropped", _("sans objet")


OPEN = frozenset({StepState.DUE, StepState.PROPOSED, StepState.BOOKED, StepState.OVERDUE})
OVER = frozenset({StepState.DONE, StepState.SKIPPED})


class Trouble(models.TextChoices):
    """Why somebody has to look at it."""

    DECEASED = "deceased", _("le patient est décédé")
    LEFT = "left", _("le professionnel a quitté la maison")
    NO_SHOW = "noshow", _("rendez-vous manqué")
    CANCELLED = "cancelled", _("rendez-vous annulé")
    DECLINED = "declined", _("le patient ne souhaite pas cette étape")
    OVERDUE = "overdue", _("délai dépassé")
    TOO_EARLY = "early", _("rendez-vous avant le délai")
    TOO_LATE = "late", _("rendez-vous après le délai")
    UNMARKED = "unmarked", _("rendez-vous passé, présence à noter")
    ANSWER = "answer", _("réponse attendue pour continuer")


@dataclass
class Standing:
    """One step, today."""

    step: PathwayStep
    state: StepState
    window: Window
    # When it begins and when it is over, as far as one knows.
    begins_on: date
    ends_on: date
    # Counted from a day that is settled, not from a guess.
    is_firm: bool
    needs_answer: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    given: int = 0
    coming: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN or self.needs_answer

    @property
    def is_over(self) -> bool:
        return self.state in OVER and not self.needs_answer

    @property
    def shift(self) -> tuple[date, date] | None:
        """(before, after), where the day has moved since somebody took note of it."""
        noted = self.step.noted_on
        if noted is None or not self.is_firm or self.state in OVER or noted == self.window.ideal:
            return None
        return noted, self.window.ideal

    @property
    def misplaced(self) -> bool:
        return Trouble.TOO_EARLY in self.troubles or Trouble.TOO_LATE in self.troubles


@dataclass
class Plan:
    pathway: CarePathway
    standings: list[Standing]

    @property
    def open(self) -> list[Standing]:
        return [one for one in self.standings if one.is_open]

    @property
    def next(self) -> Standing | None:
        """What comes next: what is to be done before what is booked for later."""
        return min(self.open, key=lambda one: (one.begins_on, one.step.source.position), default=None)

    @property
    def is_finished(self) -> bool:
        return all(one.is_over or one.state == StepState.DROPPED for one in self.standings)

    @property
    def troubles(self) -> list[tuple[Standing, Trouble]]:
        return [(one, trouble) for one in self.standings for trouble in one.troubles]

    @property
    def is_stalled(self) -> bool:
        return self.pathway.is_active and bool(self.troubles)

    @property
    def is_late(self) -> bool:
        return self.pathway.is_active and any(one.state == StepState.OVERDUE for one in self.standings)

    @property
    def shifts(self) -> list[Standing]:
        return [one for one in self.standings if one.shift] if self.pathway.is_active else []

    @property
    def done(self) -> int:
        return sum(one.state == StepState.DONE for one in self.standings)

    @property
    def counted(self) -> int:
        return sum(one.state != StepState.DROPPED for one in self.standings)

    @property
    def ends_on(self) -> date:
        return max((one.ends_on for one in self.standings), default=self.pathway.started_on)


def plan(
    pathway: CarePathway,
    steps: Sequence[PathwayStep],
    sessions: Mapping[int, Sequence[Appointment]],
    today: date,
    zone: str = "",
) -> Plan:
    """`steps` in the order of their position, with source, practitioner and appointment; `sessions` by series."""
    asked = {step.source.after for step in steps if step.source.only_if}
    found: dict[int, Standing] = {}
    for step in sorted(steps, key=lambda step: step.source.position):
        source = step.source
        before = found.get(source.after) if source.after is not None else None
        one = _stand(pathway, step, before, sessions.get(step.series_id or 0, ()), today, zone)
        one.needs_answer = (
            pathway.is_active and source.position in asked and one.state == StepState.DONE and not step.answer
        )
        found[source.position] = one
    result = Plan(pathway, list(found.values()))
    if pathway.is_active:
        for one in result.standings:
            one.troubles = _troubles(one, pathway, today)
    return result


def _stand(
    pathway: CarePathway,
    step: PathwayStep,
    before: Standing | None,
    sessions: Sequence[Appointment],
    today: date,
    zone: str,
) -> Standing:
    window = window_of(step.source, before.ends_on if before else pathway.started_on, step.restarted_on, zone)
    guess = max(window.ideal, today) if pathway.is_active else window.ideal
    is_firm = before is None or before.state in OVER or before.state == StepState.BOOKED
    one = Standing(step, StepState.WAITING, window, guess, guess + _length(step), is_firm)
    if _falls_away(step, before):
        one.state = StepState.DROPPED
    elif step.done_on:
        one.state, one.begins_on, one.ends_on = StepState.DONE, step.done_on, step.done_on
    elif step.skipped_on:
        one.state, one.begins_on, one.ends_on = StepState.SKIPPED, step.skipped_on, step.skipped_on
    elif not (_read_sessions(one, sessions) if step.series_id else _read_visit(one)):
        one.state = _to_do(step, before, window, today)
    if not pathway.is_active and one.state not in OVER:
        one.state = StepState.DROPPED
    if one.state == StepState.DROPPED:
        one.ends_on = one.begins_on
    return one


def _falls_away(step: PathwayStep, before: Standing | None) -> bool:
    """Its condition was answered otherwise, or what it follows falls away itself."""
    if before is None:
        return False
    if before.state == StepState.DROPPED:
        return True
    wanted = step.source.only_if
    if not wanted or before.state not in OVER:
        return False
    answered = before.step.answer
    return answered != wanted if answered else before.state == StepState.SKIPPED


def _to_do(step: PathwayStep, before: Standing | None, window: Window, today: date) -> StepState:
    waits_for_answer = bool(step.source.only_if) and before is not None and not before.step.answer
    if before is not None and (before.state not in OVER or waits_for_answer):
        return StepState.WAITING
    if today > window.latest:
        return StepState.OVERDUE
    return StepState.PROPOSED if step.invited_at else StepState.DUE


def _length(step: PathwayStep) -> timedelta:
    """How long a series takes, as far as its rhythm says."""
    source = step.source
    if not source.is_series or not source.sessions:
        return timedelta(0)
    return timedelta(days=(source.sessions - 1) * 7 // source.per_week)


def _read_visit(one: Standing) -> bool:
    visit = one.step.appointment
    if visit is None or visit.status not in GIVEN | UNDER_WAY:
        return False
    day = clock.local(visit.start_at).date()
    one.state = StepState.DONE if visit.status == Status.FULFILLED else StepState.BOOKED
    one.begins_on = one.ends_on = day
    return True


def _read_sessions(one: Standing, sessions: Sequence[Appointment]) -> bool:
    """Done when as many as the pathway asks for were given; under way once the first is taken."""
    wanted = one.step.source.sessions or 1
    days = [clock.local(visit.start_at).date() for visit in sessions if visit.status in GIVEN | UNDER_WAY]
    one.given = sum(visit.status == Status.FULFILLED for visit in sessions)
    one.coming = len(days) - one.given
    if not days:
        return False
    one.begins_on = min(days)
    one.state = StepState.DONE if one.given >= wanted else StepState.BOOKED
    one.ends_on = max(days) if len(days) >= wanted else max(one.begins_on + _length(one.step), *days)
    return True


def _troubles(one: Standing, pathway: CarePathway, today: date) -> list[Trouble]:
    step = one.step
    found: list[Trouble] = []
    if one.is_open and pathway.patient.deceased_on:
        found.append(Trouble.DECEASED)
    if one.is_open and step.owner.active_until and step.owner.active_until < today:
        found.append(Trouble.LEFT)
    if one.state in (StepState.DUE, StepState.PROPOSED, StepState.OVERDUE):
        if step.declined_at:
            found.append(Trouble.DECLINED)
        if step.appointment is not None and step.appointment.status == Status.NO_SHOW:
            found.append(Trouble.NO_SHOW)
        if step.appointment is not None and step.appointment.status == Status.CANCELLED:
            found.append(Trouble.CANCELLED)
        if one.state == StepState.OVERDUE:
            found.append(Trouble.OVERDUE)
    if one.state == StepState.BOOKED:
        found += _booked_troubles(one, today)
    if one.needs_answer and today > one.ends_on + ANSWER_WITHIN:
        found.append(Trouble.ANSWER)
    return found


def _booked_troubles(one: Standing, today: date) -> list[Trouble]:
    found = []
    is_kept = one.step.kept_on == one.begins_on
    if not is_kept and one.is_firm and one.begins_on < one.window.earliest:
        found.append(Trouble.TOO_EARLY)
    if not is_kept and one.begins_on > one.window.latest:
        found.append(Trouble.TOO_LATE)
    if one.ends_on + MARK_WITHIN < today:
        # Of a series, the rest may never have been planned: then nobody's presence is to be noted.
        is_planned = one.step.series_id is None or one.coming > 0
        found.append(Trouble.UNMARKED if is_planned else Trouble.OVERDUE)
    return found
