"""Weekly patterns become dated openings: the right days, the right hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from dateutil.rrule import WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.actions.unfold import unfold
from appointments.models import Audience, Opening, OpeningRule
from appointments.unfolding import dated_hours
from core import clock
from practitioners.models import Practitioner
from tests.appointments.unfold.conftest import local_hours, rule_for
from tests.factories.appointments import VisitReasonFactory
from tests.factories.practitioners import CentreFactory, PlaceFactory, PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db


def test_rolling_twelve_months():
    rule = rule_for(weekdays=[0])
    assert unfold([rule.pk]).created == 51  # 53 Mondays without those of Easter and Whitsun
    days = [o.rule_day for o in Opening.objects.order_by("start_at")]
    assert (days[0], days[-1]) == (date(2026, 3, 2), date(2027, 3, 1))
    assert date(2026, 4, 6) not in days


def test_opening_carries_what_the_rule_says():
    room = RoomFactory()
    rule = rule_for(weekdays=[1], place=room.place, room=room, audience=Audience.UNSCHEDULED)
    reason = VisitReasonFactory(practitioner=rule.practitioner)
    rule.reasons.add(reason)
    unfold([rule.pk])
    opening = Opening.objects.earliest("start_at")
    assert (
        opening.practitioner,
        opening.place,
        opening.room,
        opening.audience,
        list(opening.reasons.all()),
    ) == (
        rule.practitioner,
        room.place,
        room,
        Audience.UNSCHEDULED,
        [reason],
    )


def test_same_local_hour_on_both_sundays_of_clock_change():
    rule = rule_for(weekdays=[6], start_time=time(9), end_time=time(11), on_holidays=True)
    unfold([rule.pk])
    sundays = Opening.objects.filter(rule_day__in=[date(2026, 3, 29), date(2026, 10, 25)])
    assert local_hours(sundays) == ["2026-03-29 09:00–11:00", "2026-10-25 09:00–11:00"]
    assert [o.start_at for o in sundays.order_by("start_at")] == [
        datetime(2026, 3, 29, 7, tzinfo=UTC),
        datetime(2026, 10, 25, 8, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), timedelta(hours=3)), (date(2026, 10, 25), timedelta(hours=5))],
)
def test_opening_across_the_change_is_an_hour_shorter_or_longer(day, hours):
    rule = rule_for(weekdays=[6], start_time=time(1), end_time=time(5))
    unfold([rule.pk])
    opening = Opening.objects.get(rule_day=day)
    assert opening.end_at - opening.start_at == hours


def test_hours_that_march_skips_do_not_exist():
    rule = rule_for(weekdays=[6], start_time=time(2), end_time=time(3))
    unfold([rule.pk])
    assert not Opening.objects.filter(rule_day=date(2026, 3, 29)).exists()
    assert Opening.objects.filter(rule_day=date(2026, 3, 22)).count() == 1


@time_machine.travel(datetime(2027, 12, 1, 8, tzinfo=UTC), tick=False)
def test_29_february():
    rule = rule_for(weekdays=[1], valid_from=date(2027, 12, 7))
    unfold([rule.pk])
    assert local_hours(Opening.objects.filter(rule_day=date(2028, 2, 29))) == ["2028-02-29 08:00–12:00"]


@time_machine.travel(datetime(2028, 2, 29, 8, tzinfo=UTC), tick=False)
def test_twelve_months_from_29_february():
    rule = rule_for(weekdays=[0, 1, 2, 3, 4, 5, 6], valid_from=date(2028, 2, 29))
    unfold([rule.pk])
    assert Opening.objects.latest("start_at").rule_day == date(2029, 2, 28)


@time_machine.travel(datetime(2026, 12, 1, 8, tzinfo=UTC), tick=False)
def test_one_week_in_two_across_new_year():
    """2026 has 53 ISO weeks: « even weeks » would come twice in a row or stay away for three."""
    rule = rule_for(weekdays=[1], every_n_weeks=2, valid_from=date(2026, 12, 8))
    unfold([rule.pk])
    days = list(Opening.objects.order_by("rule_day").values_list("rule_day", flat=True)[:4])
    assert days == [date(2026, 12, 8), date(2026, 12, 22), date(2027, 1, 5), date(2027, 1, 19)]


def test_holidays_follow_the_zone_of_the_centre():
    metropole, alsace = CentreFactory(), CentreFactory(slug="rhin", holiday_zone="6AE")
    rules = [
        rule_for(
            weekdays=[4], practitioner=PractitionerFactory(centre=centre), place=PlaceFactory(centre=centre)
        )
        for centre in (metropole, alsace)
    ]
    unfold()
    good_friday = date(2026, 4, 3)
    assert list(Opening.objects.filter(rule_day=good_friday).values_list("rule", flat=True)) == [rules[0].pk]
    assert not Opening.objects.filter(rule_day=date(2026, 5, 1)).exists()


def test_open_on_holidays_when_the_rule_says_so():
    rule = rule_for(weekdays=[4], on_holidays=True)
    unfold([rule.pk])
    assert local_hours(Opening.objects.filter(rule_day=date(2026, 5, 1))) == ["2026-05-01 08:00–12:00"]


def test_exceptions_and_end():
    rule = rule_for(weekdays=[0], valid_until=date(2026, 3, 30), except_on=[date(2026, 3, 16)])
    unfold([rule.pk])
    days = list(Opening.objects.order_by("rule_day").values_list("rule_day", flat=True))
    assert days == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 23), date(2026, 3, 30)]


def test_somebody_who_leaves_receives_nobody_afterwards():
    leaving = PractitionerFactory(active_from=date(2026, 3, 9), active_until=date(2026, 3, 20))
    rule = rule_for(weekdays=[0, 4], practitioner=leaving)
    unfold([rule.pk])
    days = list(Opening.objects.order_by("rule_day").values_list("rule_day", flat=True))
    assert days == [date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 16), date(2026, 3, 20)]


days = st.dates(date(2025, 12, 1), date(2029, 1, 31))


@settings(max_examples=300, deadline=None)
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    every=st.integers(1, 8),
    valid_from=days,
    length=st.integers(0, 500) | st.none(),
    window=st.tuples(days, st.integers(0, 400)),
    skipped=st.sets(days, max_size=20),
    minutes=st.tuples(st.integers(0, 1438), st.integers(1, 1439)).filter(lambda m: m[0] < m[1]),
)
def test_days_and_hours_agree_with_an_oracle(weekdays, every, valid_from, length, window, skipped, minutes):
    """The oracle: RFC 5545 recurrence, and each minute of the day asked whether the wall clock is inside."""
    start, end = (time(*divmod(m, 60)) for m in minutes)
    until = valid_from + timedelta(days=length) if length is not None else None
    rule = OpeningRule(
        practitioner=Practitioner(),
        weekdays=sorted(weekdays),
        every_n_weeks=every,
        valid_from=valid_from,
        valid_until=until,
        except_on=sorted(skipped)[:10],
        start_time=start,
        end_time=end,
    )
    first, last = window[0], window[0] + timedelta(days=window[1])
    holidays = set(sorted(skipped)[10:])
    expected = [
        moment.date()
        for moment in rrule(
            WEEKLY,
            interval=every,
            wkst=0,
            byweekday=sorted(weekdays),
            dtstart=datetime.combine(valid_from, time.min),
            until=datetime.combine(min(last, until or last), time.min),
        )
        if moment.date() >= first and moment.date() not in skipped
    ]
    clock_changes = {
        day for day in expected if (day.month in (3, 10) and day.weekday() == 6 and day.day > 24)
    }
    found = dated_hours(rule, first, last, holidays)
    assert [h.day for h in found if h.day not in clock_changes] == [
        d for d in expected if d not in clock_changes
    ]
    for hours in found:
        wall = [
            clock.local(hours.start_at + timedelta(minutes=m))
            for m in range(int((hours.end_at - hours.start_at).total_seconds() // 60))
        ]
        assert {moment.date() for moment in wall} == {hours.day}
        assert all(start <= moment.time() < end or hours.day in clock_changes for moment in wall)
        if hours.day not in clock_changes:
            assert len(wall) == minutes[1] - minutes[0]
