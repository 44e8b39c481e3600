"""Nobody is lost, and every date keeps its delay or says so: over invented templates and stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from appointments.models import Appointment, ReasonCategory, Status
from coordination.models import CarePathway, PathwayStep, PathwayVersion, StepKind, TemplateStep
from coordination.models.pathway_template import DelayUnit
from coordination.pathway_dates import add_delay
from coordination.pathway_plan import OPEN, StepState, Trouble, plan
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner

START = date(2026, 11, 23)
ANSWERS = ["mieux", "pareil"]


@dataclass
class Story:
    pathway: CarePathway
    steps: list[PathwayStep]


@st.composite
def templates(draw) -> Story:
    """One to seven steps, each after an earlier one or after the start; some ask, some depend on the answer."""
    category = ReasonCategory(pk=1)
    pathway = CarePathway(
        pk=1,
        patient=Patient(pk=1, birth_date=date(1950, 1, 1)),
        version=PathwayVersion(pk=1),
        lead=Practitioner(pk=1),
        started_on=START,
    )
    steps: list[PathwayStep] = []
    for position in range(1, draw(st.integers(1, 7)) + 1):
        after = draw(st.none() | st.integers(1, position - 1)) if position > 1 else None
        low, ideal, high = sorted(draw(st.tuples(*[st.integers(0, 40)] * 3)))
        before = steps[after - 1].source if after else None
        asks = draw(st.booleans())
        source = TemplateStep(
            pk=position,
            position=position,
            after=after,
            kind=StepKind.APPOINTMENT,
            category=category,
            delay_min=low,
            delay_ideal=ideal,
            delay_max=high,
            delay_unit=draw(st.sampled_from(DelayUnit.values)),
            question="Comment va l’équilibre ?" if asks else "",
            answers=ANSWERS if asks else [],
            only_if=draw(st.sampled_from(["", *before.answers])) if before else "",
        )
        steps.append(PathwayStep(pk=position, pathway=pathway, source=source))
    return Story(pathway, steps)


# What happens to a step: (which, what, on which day after the start).
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["book", "move", "cancel", "miss", "fulfil", "skip", "finish", "answer", "restart"]),
        st.integers(-10, 200),
        st.sampled_from(ANSWERS),
    ),
    max_size=25,
)


def at(day: date) -> datetime:
    return clock.at(day, time(10))


def happen(step: PathwayStep, event: str, day: date, answer: str) -> None:
    """Facts as actions and the rest of the house leave them; nobody looks whether they make sense."""
    visit = step.appointment
    if event in ("book", "move"):
        step.appointment = Appointment(pk=step.pk, start_at=at(day), status=Status.BOOKED)
    elif event in ("cancel", "miss", "fulfil") and visit is not None:
        visit.status = {
            "cancel": Status.CANCELLED,
            "miss": Status.NO_SHOW,
            "fulfil": Status.FULFILLED,
        }[event]
    elif event == "skip" and not step.done_on:
        step.skipped_on, step.skip_reason = day, "déjà fait ailleurs"
    elif event == "finish" and not step.skipped_on:
        step.done_on = day
    elif event == "answer" and step.source.question:
        step.answer = answer
    elif event == "restart":
        step.appointment, step.restarted_on = None, day


@given(templates(), EVENTS, st.integers(0, 300))
def test_nobody_is_lost_and_every_date_keeps_its_delay_or_says_so(story, events, elapsed):
    for index, event, days, answer in events:
        happen(story.steps[index % len(story.steps)], event, START + timedelta(days=days), answer)
    today = START + timedelta(days=elapsed)
    found = plan(story.pathway, story.steps, {}, today)
    by_position = {one.step.source.position: one for one in found.standings}

    # every step stands somewhere, and a pathway that is not finished has a next step with an owner
    assert len(found.standings) == len(story.steps)
    assert found.is_finished or (found.next is not None and found.next.step.owner is not None)
    for one in found.standings:
        before = by_position.get(one.step.source.after or 0)
        base = before.ends_on if before else START
        earliest, ideal, latest = one.window
        assert earliest <= ideal <= latest
        assert earliest >= add_delay(base, one.step.source.delay_min, one.step.source.delay_unit)
        # nothing waits behind a step that is over and has its answer
        if one.state == StepState.WAITING:
            assert before is not None
            assert before.is_open or before.state == StepState.WAITING
        # an open step is within its delay, or somebody is told
        if one.state == StepState.BOOKED:
            too_early, too_late = one.begins_on < earliest and one.is_firm, one.begins_on > latest
            assert too_early == (Trouble.TOO_EARLY in one.troubles)
            assert too_late == (Trouble.TOO_LATE in one.troubles)
        if one.state in OPEN - {StepState.BOOKED}:
            assert (today > latest) == (Trouble.OVERDUE in one.troubles)
        if one.state == StepState.DROPPED:
            assert before is not None


@given(templates(), st.integers(1, 60))
def test_what_follows_moves_with_what_it_follows(story, days):
    """A visit that moves by some days moves the windows of calendar days behind it by as many."""
    first, steps = story.steps[0], story.steps
    first.appointment = Appointment(pk=1, start_at=at(START + timedelta(days=5)), status=Status.BOOKED)
    before = plan(story.pathway, steps, {}, START)
    first.appointment.start_at += timedelta(days=days)
    after = plan(story.pathway, steps, {}, START)
    for one, other in zip(before.standings, after.standings, strict=True):
        if one.step.source.after == 1 and one.step.source.delay_unit != DelayUnit.WORKING_DAYS:
            assert other.window == one.window.shifted(days)
        elif one.step.source.after is None:
            assert other.window == one.window


def test_a_working_day_is_neither_a_weekend_nor_a_holiday():
    thursday = date(2026, 12, 24)  # Friday is Christmas
    assert add_delay(thursday, 1, DelayUnit.WORKING_DAYS) == date(2026, 12, 28)
    assert add_delay(thursday, 0, DelayUnit.WORKING_DAYS) == thursday
    assert add_delay(thursday, 2, DelayUnit.WEEKS) == date(2027, 1, 7)
