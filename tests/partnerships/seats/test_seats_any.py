"""Whatever the seats, the lines and the queue: the rule is that of every seating by hand, and a thousand keep to it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.actions.book import PatientBusy
from appointments.seating import NoSeat
from partnerships.models import SeatQuota, SeatRule
from partnerships.seat_plans import read_plans
from partnerships.seats import Claim, SeatPlan, place
from tests.appointments.test_races import deadlocks, race
from tests.factories.partnerships_seat import SeatQuotaFactory, SeatRuleFactory
from tests.factories.patients import PatientFactory
from tests.partnerships.seats.conftest import DAY, refer, seat

pytestmark = pytest.mark.django_db

people = st.builds(
    Claim,
    is_urgent=st.booleans(),
    profession=st.sampled_from([None, 1, 2]),
    referrer=st.sampled_from([None, 7, 8]),
)

lines = st.lists(
    st.builds(
        SeatQuota,
        profession_id=st.sampled_from([1, 2]),
        kept=st.integers(0, 2),
        most_per_session=st.none() | st.integers(2, 3),
    )
    | st.builds(SeatQuota, referrer_id=st.sampled_from([7, 8]), kept=st.integers(1, 2)),
    max_size=3,
)


@settings(max_examples=25)
@given(
    seats=st.integers(1, 5),
    reserve=st.integers(0, 2),
    lines=lines,
    queue=st.lists(people, max_size=8),
    now=st.integers(0, 9),
)
def test_whoever_finds_a_seat_is_whom_every_seating_by_hand_would_let_in(seats, reserve, lines, queue, now):
    """Tried against all ways of giving each person a seat of his own; the plan only ever sees who came before."""
    session = SimpleNamespace(seats=seats, local_day=DAY)
    rule = SeatRule(
        urgent_reserve=reserve, reserve_release_days=2, quota_release_days=5, overbooking_percent=30
    )
    inside: list[Claim] = []
    for claim in queue:
        plan = SeatPlan(session, DAY - timedelta(days=now), rule, lines, tuple(inside), tuple(inside))
        bounded = now > 5 and any(
            one.most_per_session is not None
            and one.profession_id == claim.profession
            and sum(other.profession == claim.profession for other in inside) >= one.most_per_session
            for one in lines
        )
        chairs = [share for share in plan.shares for _chair in range(share.size)]
        fits = len(inside) < len(chairs) and by_hand([*inside, claim], chairs)
        assert (plan.refuses(claim) == "") == (fits and not bounded)
        if fits and not bounded:
            inside.append(claim)
    assert len(inside) <= seats + seats * 30 // 100
    assert sum(place(inside, plan.shares)) == len(inside) if queue else True


def by_hand(people: list[Claim], chairs: list[object]) -> bool:
    """Person by person, every chair that is left."""
    if not people:
        return True
    return any(
        by_hand(people[1:], chairs[:number] + chairs[number + 1 :])
        for number, chair in enumerate(chairs)
        if chair.takes(people[0])
    )


@pytest.mark.django_db(transaction=True)
def test_a_thousand_requests_never_exceed_a_quota(cast):
    """Eight desks try 125 times each, at all times of the session and above each other; three are doctors' patients."""
    rule = SeatRuleFactory(programme=cast.programme, urgent_reserve=1, overbooking_percent=20)
    SeatQuotaFactory(rule=rule, profession=cast.doctors, most_per_session=2, kept=1)
    by = [cast.doctor, cast.doctor, cast.midwife, cast.desk.pk]
    patients = [refer(cast, by[n % 4]) if n % 4 < 3 else PatientFactory() for n in range(16)] + [
        refer(cast, cast.midwife, priority=1) for _each in range(2)
    ]

    def want(who: int) -> int:
        won = 0
        for number in range(125):
            patient = patients[(who * 5 + number) % len(patients)]
            try:
                seat(cast, (who + number) % 6, patient, overbook=True)
            except (NoSeat, PatientBusy):
                continue
            won += 1
        return won

    before = deadlocks()
    won = race([partial(want, who) for who in range(8)])
    [plan], _claims = read_plans([cast.session])
    doctors = sum(claim.profession == cast.doctors.pk for claim in plan.claims)
    assert (sum(won), plan.taken, plan.capacity) == (7, 7, 7)
    assert (doctors <= 2, sum(place(plan.claims, plan.shares)), deadlocks() - before) == (True, 7, 0)
