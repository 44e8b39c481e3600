"""Whatever absences cross, a trainee's hours are closed where an oracle of quarters of an hour says so."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.watch import watch
from appointments.models import StayHalfDay, Takeover
from appointments.models.disruption import Cause
from core import clock
from tests.appointments.supervision.conftest import away, closed
from tests.cast import MONDAY, SUNDAY_NOON
from tests.factories.appointments import OpeningFactory
from tests.factories.practitioners import InternshipFactory, PractitionerFactory

pytestmark = pytest.mark.django_db

STEP = timedelta(minutes=15)
QUARTERS = 4 * 14  # from 7 to 21


def quarter(number: int) -> datetime:
    return clock.at(MONDAY, time(7)) + number * STEP


spans = st.tuples(st.integers(0, QUARTERS - 1), st.integers(1, 24)).map(
    lambda pair: (pair[0], min(QUARTERS, pair[0] + pair[1]))
)
absences = st.lists(st.tuples(spans, st.sampled_from(["leave", "sick", "training", "meeting"])), max_size=3)


class TestAgainstTheOracle(TestCase):
    """Quarter of an hour by quarter of an hour, as one would do it by hand."""

    @settings(max_examples=20, deadline=None)
    @given(
        level=st.sampled_from(["n1", "saspas", "extern"]),
        own=st.lists(spans, min_size=1, max_size=3),
        people=st.lists(st.tuples(st.lists(spans, max_size=2), absences), min_size=1, max_size=3),
        named=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    )
    @example("n1", [(0, 1), (0, 2)], [([], []), ([(0, 1)], [])], (0, 0))  # openings that overlap
    def test_every_quarter_of_an_hour(self, level, own, people, named):
        with time_machine.travel(SUNDAY_NOON, tick=False):
            self._check(level, own, people, named)

    def _check(self, level, own, people, named):
        trainee = PractitionerFactory()
        team = [PractitionerFactory(last_name=f"M{number}") for number in range(len(people))]
        for first, last in own:
            OpeningFactory(practitioner=trainee, start_at=quarter(first), end_at=quarter(last))
        for one, (hours, _gone) in zip(team, people, strict=True):
            for first, last in hours:
                OpeningFactory(practitioner=one, start_at=quarter(first), end_at=quarter(last))
        stay = InternshipFactory(intern=trainee, level=level, supervisors=team)
        names = {"am": team[named[0] % len(team)], "pm": team[named[1] % len(team)]}
        for half, one in names.items():
            StayHalfDay.objects.create(stay=stay, weekday=0, half=half, supervisor=one)
        for one, (_hours, gone) in zip(team, people, strict=True):
            for (first, last), kind in gone:
                away(one, quarter(first), quarter(last), kind)
        with watch([trainee.pk], Cause.RULE_CHANGED):
            pass
        shut = closed(trainee)
        taken = list(Takeover.objects.values_list("supervisor", "start_at", "end_at"))
        for number in range(QUARTERS):
            if not any(first <= number < last for first, last in own):
                continue
            half = "am" if clock.local(quarter(number)).time() < time(13) else "pm"
            there = [
                one for one, says in zip(team, people, strict=True) if self._is_there(level, number, says)
            ]
            here = quarter(number)
            assert any(start <= here < end for start, end in shut) is (not there)
            stands_in = {pk for pk, start, end in taken if start <= here < end}
            if there and names[half] not in there:
                assert stands_in == {there[0].pk}
            else:
                assert stands_in == set()

    def _is_there(self, level, number, says) -> bool:
        hours, gone = says
        kinds = {"n1": {"leave", "sick", "training"}, "saspas": {"leave", "sick"}}.get(level, set())
        if level == "extern" or any(first <= number < last and kind in kinds for (first, last), kind in gone):
            return False
        # Half an hour around what he opens: two quarters.
        return level == "saspas" or any(first - 2 <= number < last + 2 for first, last in hours)
