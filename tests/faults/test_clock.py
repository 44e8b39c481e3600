"""The clock on the wall: both changes of hour, 29 February, New Year, and midnight in Paris against UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine

from appointments.actions.hold import hold
from appointments.actions.unfold import unfold
from appointments.availability import Slot, free_slots
from appointments.models import Opening, VisitReason
from core import clock
from tests.factories.appointments import OpeningRuleFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db

# From here twelve months hold both changes of hour, a 29 February and a New Year.
BEGIN = date(2027, 10, 1)
MORNING = [f"{hour:02d}:{minute:02d}" for hour in range(8, 12) for minute in (0, 20, 40)]
CHANGES = {date(2027, 10, 31): 25, date(2028, 3, 26): 23}


def a_year(weekdays: list[int], since: date = BEGIN, **rule: object) -> tuple[VisitReason, list[Slot]]:
    """Every free slot of the twelve months that a rule unfolds into."""
    made = OpeningRuleFactory(weekdays=weekdays, valid_from=since, on_holidays=True, **rule)
    unfold([made.pk])
    reason = VisitReasonFactory(practitioner=made.practitioner, horizon_days=365)
    start, end = clock.at(BEGIN, time.min), clock.at(BEGIN + timedelta(days=366), time.min)
    return reason, free_slots([reason], start, end, now=clock.now(), ignore_notice=True)


def by_day(slots: list[Slot]) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for slot in slots:
        local = clock.local(slot.start_at)
        found.setdefault(local.date(), []).append(f"{local:%H:%M}")
    return found


@time_machine.travel(datetime(2027, 9, 30, 22, 30, tzinfo=UTC), tick=False)
def test_every_day_of_a_year_has_the_same_slots(rehearsed: Callable[..., None]) -> None:
    _reason, slots = a_year([0, 1, 2, 3, 4, 5, 6])
    days = by_day(slots)
    last = max(days)
    assert list(days) == [BEGIN + timedelta(days=number) for number in range((last - BEGIN).days + 1)]
    assert [day for day, hours in days.items() if hours != MORNING] == []
    assert {*CHANGES, date(2028, 2, 29), date(2028, 1, 1)} <= set(days)
    instants = Counter(slot.start_at for slot in slots)
    assert set(instants.values()) == {1}
    rehearsed(
        "both changes of hour, 29 February, New Year",
        done=f"every slot of {len(days)} days in a row, {len(slots)} in all",
        found="the same twelve local hours each day, 0 lost, 0 doubled",
        limit="the same local hour, no lost and no doubled slot",
    )


@time_machine.travel(datetime(2027, 9, 30, 22, 30, tzinfo=UTC), tick=False)
def test_a_night_is_an_hour_shorter_or_longer(rehearsed: Callable[..., None]) -> None:
    """Whoever receives through the change of hour: each instant once, none that the clock skips."""
    reason, slots = a_year([6], start_time="01:00", end_time="04:00")
    nights = by_day(slots)
    usual = [f"{hour:02d}:{minute:02d}" for hour in (1, 2, 3) for minute in (0, 20, 40)]
    assert {day: len(hours) for day, hours in nights.items() if hours != usual} == {
        date(2027, 10, 31): 12,
        date(2028, 3, 26): 6,
    }
    assert nights[date(2027, 10, 31)].count("02:20") == 2
    assert [hour for hour in nights[date(2028, 3, 26)] if hour.startswith("02")] == []
    assert set(Counter(slot.start_at for slot in slots).values()) == {1}
    # The hour that comes twice is two times: both can be taken, by two people.
    twice = [slot for slot in slots if clock.local(slot.start_at).strftime("%d %H:%M") == "31 02:20"]
    autumn = [slot.start_at for slot in twice if clock.local(slot.start_at).month == 10]
    held = [hold(reason, start, holder=f"visitor {number}") for number, start in enumerate(autumn)]
    assert [visit.start_at for visit in held] == autumn
    assert autumn[1] - autumn[0] == timedelta(hours=1)
    rehearsed(
        "a night of duty through the change of hour",
        done="1 h–4 h on both Sundays",
        found="12 slots in October (2 h 20 twice, an hour apart, held by two people), 6 in March, no instant twice",
        limit="no lost and no doubled slot",
    )


@time_machine.travel(datetime(2027, 9, 30, 22, 30, tzinfo=UTC), tick=False)
def test_one_week_in_two_through_new_year_and_29_february(rehearsed: Callable[..., None]) -> None:
    _reason, slots = a_year([1], since=date(2027, 10, 5), every_n_weeks=2)
    days = list(by_day(slots))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=14)}
    assert date(2028, 2, 22) in days
    assert Opening.objects.filter(rule_day__in=days).count() == len(days)
    rehearsed(
        "« one week in two » through New Year",
        done=f"{len(days)} Tuesdays from {days[0]:%d/%m/%Y} to {days[-1]:%d/%m/%Y}",
        found="fourteen days between any two",
        limit="no lost and no doubled slot",
    )


def test_midnight_in_paris_while_utc_is_still_yesterday(rehearsed: Callable[..., None]) -> None:
    """0 h 30 on 1 October in Paris is 22 h 30 on 30 September in UTC: the day that counts is that of the wall."""
    with time_machine.travel(datetime(2027, 9, 30, 22, 30, tzinfo=UTC), tick=False):
        assert clock.today() == BEGIN
        rule = OpeningRuleFactory(weekdays=[4], valid_from=BEGIN, start_time="00:40", end_time="01:40")
        unfold([rule.pk])
        reason = VisitReasonFactory(practitioner=rule.practitioner, horizon_days=0, notice_minutes=0)
        start, end = clock.day_bounds(BEGIN)
        slots = free_slots([reason], start, end, now=clock.now())
    assert by_day(slots) == {BEGIN: ["00:40", "01:00", "01:20"]}
    lengths = {day: (clock.day_bounds(day)[1] - clock.day_bounds(day)[0]).seconds // 3600 for day in CHANGES}
    assert lengths == {date(2027, 10, 31): 1, date(2028, 3, 26): 23}
    rehearsed(
        "midnight in Paris against UTC",
        done="a search at 0 h 30 of a Friday that UTC calls Thursday",
        found="the slots of this Friday, 0 lost; the days of the change last 25 and 23 hours",
        limit="the same local hour, no lost and no doubled slot",
    )
