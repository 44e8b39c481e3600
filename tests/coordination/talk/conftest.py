"""The team of one patient, what its doctor said to it, and what he asked one of them to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts.models import Role
from coordination.actions.add_task import add_task
from coordination.actions.say import Words, open_conversation
from coordination.models import Conversation, Task
from patients.actions.give_word import give_word
from patients.models.consent import Decision, Means
from tests.cast import MONDAY
from tests.coordination.talk_cast import Team, make_team
from tests.factories.accounts import UserFactory, with_role

TODAY = MONDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


@pytest.fixture
def team(db, sunday) -> Team:
    return make_team()


@pytest.fixture
def talk(team) -> Conversation:
    """The doctor tells the whole team."""
    first = open_conversation(team.patient, "Équilibre", Words("Il est tombé hier."), actor=team.doctor.user)
    return first.conversation


def refuse_access(team: Team, who) -> None:
    give_word(team.patient, who.practitioner, Decision.OPPOSES, actor=UserFactory(), means=Means.WRITTEN)


@pytest.fixture
def coordinator(sunday):
    return with_role(Role.COORDINATOR, email="coordination@example.org")


@pytest.fixture
def secretary(sunday):
    return with_role(Role.SECRETARY, email="secretariat@example.org")


@pytest.fixture
def task(team) -> Task:
    """The doctor asks the nurse something about the patient, for Monday."""
    return add_task(
        team.doctor.user, "Prendre la tension", owner=team.nurse.user, due_on=MONDAY, patient=team.patient
    )
