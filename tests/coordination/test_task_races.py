"""Two people at one task, at the same moment, on the real database."""

from __future__ import annotations

from collections import Counter

import pytest

from coordination.actions.add_task import add_task
from coordination.actions.hand_over_task import hand_over_task
from coordination.actions.settle_task import cancel_task, finish_task
from coordination.actions.watch_tasks import watch_tasks
from coordination.models import Task, TaskNotice
from core.audit.models import AuditEvent
from core.refusal import Refusal
from tests.appointments.test_races import race
from tests.cast import MONDAY
from tests.coordination.talk_cast import make_team, take_part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(transactional_db, sunday):
    team = make_team()
    take_part(team.patient, team.stranger)
    return team


def the_task(team) -> Task:
    return add_task(team.doctor.user, "Peser", owner=team.nurse.user, due_on=MONDAY, patient=team.patient)


def test_one_finishes_the_other_reads_who(team):
    task = the_task(team)
    people = [team.doctor.user, team.nurse.user, team.stranger.user]
    runners = [lambda one=one: finish_task(task, actor=one) for one in people]
    results = race([*runners, lambda: cancel_task(task, actor=team.doctor.user, reason="non")])
    assert sum(isinstance(one, Task) for one in results) == 1
    assert all(isinstance(one, Task | Refusal) for one in results)
    assert AuditEvent.objects.filter(action__in=["task.finished", "task.cancelled"]).count() == 1


def test_one_new_owner(team):
    task = the_task(team)
    seen = task.owner_id
    targets = [team.doctor.user, team.stranger.user]
    results = race(
        [lambda to=to: hand_over_task(task, to, actor=team.nurse.user, seen_owner=seen) for to in targets]
    )
    assert Counter(type(one).__name__ for one in results) == {"Task": 1, "GivenMeanwhile": 1}
    assert AuditEvent.objects.filter(action="task.handed_over").count() == 1


def test_finished_and_handed_over_at_once_is_one_of_both(team):
    task = the_task(team)
    results = race(
        [
            lambda: finish_task(task, actor=team.nurse.user),
            lambda: hand_over_task(task, team.doctor.user, actor=team.nurse.user, seen_owner=task.owner_id),
        ]
    )
    assert all(isinstance(one, Task | Refusal) for one in results)
    task.refresh_from_db()
    assert task.state == "completed"


def test_four_sweeps_say_it_once(team):
    task = the_task(team)
    Task.objects.filter(pk=task.pk).update(due_on="2026-11-01")
    assert race([watch_tasks] * 4) == [None] * 4
    assert Counter(TaskNotice.objects.exclude(event="given").values_list("event", flat=True)) == {
        "overdue": 1,
        "escalated": 1,
    }
    assert AuditEvent.objects.filter(action="task.overdue").count() == 1
