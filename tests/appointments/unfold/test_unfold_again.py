"""A pattern that is unfolded again: once is enough, and what was changed or is past stays as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from appointments.actions.unfold import unfold, unfold_all
from appointments.models import Opening, OpeningRule
from core import clock
from core.audit.models import AuditEvent
from tests.appointments.unfold.conftest import local_hours, rule_for
from tests.factories.appointments import OpeningFactory, VisitReasonFactory
from tests.factories.practitioners import PlaceFactory

pytestmark = pytest.mark.django_db


def test_twice_changes_nothing():
    rule = rule_for(weekdays=[0, 3])
    rule.reasons.add(VisitReasonFactory(practitioner=rule.practitioner))
    unfold([rule.pk])
    before = list(Opening.objects.order_by("pk").values())
    again = unfold([rule.pk])
    assert (again.created, again.changed, again.removed) == (0, 0, 0)
    assert list(Opening.objects.order_by("pk").values()) == before


def test_changed_rule_keeps_rows_edited_or_cancelled_by_hand():
    rule = rule_for(weekdays=[0], valid_until=date(2026, 3, 23))
    unfold([rule.pk])
    plain, edited, cancelled, _last = Opening.objects.order_by("rule_day")
    Opening.objects.filter(pk=edited.pk).update(is_edited=True)
    Opening.objects.filter(pk=cancelled.pk).update(cancelled_at=clock.now())
    OpeningRule.objects.filter(pk=rule.pk).update(
        start_time=time(9), valid_until=date(2026, 3, 16), place=PlaceFactory(name="Annexe")
    )
    done = unfold([rule.pk])
    assert (done.created, done.changed, done.removed) == (0, 1, 1)
    assert list(Opening.objects.order_by("rule_day").values_list("pk", "place__name")) == [
        (plain.pk, "Annexe"),
        (edited.pk, "Bâtiment principal"),
        (cancelled.pk, "Bâtiment principal"),
    ]
    assert local_hours(Opening.objects.all()) == [
        "2026-03-02 09:00–12:00",
        "2026-03-09 08:00–12:00",
        "2026-03-16 08:00–12:00",
    ]


def test_past_openings_stay_as_they_were():
    rule = rule_for(weekdays=[0], valid_from=date(2026, 1, 5))
    unfold([rule.pk], first=date(2026, 1, 5))
    OpeningRule.objects.filter(pk=rule.pk).update(weekdays=[1])
    unfold([rule.pk])
    before_today = Opening.objects.filter(rule_day__lt=date(2026, 3, 2))
    assert {o.rule_day.weekday() for o in before_today} == {0}
    assert before_today.count() == 8


def test_changed_reasons_reach_the_openings():
    rule = rule_for(weekdays=[0], valid_until=date(2026, 3, 9))
    old, new = VisitReasonFactory.create_batch(2, practitioner=rule.practitioner)
    rule.reasons.set([old])
    unfold([rule.pk])
    rule.reasons.set([new])
    assert unfold([rule.pk]).changed == 2
    assert [list(o.reasons.all()) for o in Opening.objects.all()] == [[new], [new]]


def test_openings_of_other_rules_and_by_hand_are_left_alone():
    mine, other = rule_for(weekdays=[0]), rule_for(weekdays=[0])
    by_hand = OpeningFactory(practitioner=mine.practitioner, start_at=clock.now())
    unfold([other.pk])
    assert not Opening.objects.filter(rule=mine).exists()
    assert Opening.objects.filter(pk=by_hand.pk).exists()


def test_as_many_queries_for_one_rule_as_for_thirty(django_assert_num_queries):
    reason = VisitReasonFactory()
    first = rule_for(weekdays=[0], practitioner=reason.practitioner)
    first.reasons.add(reason)
    with django_assert_num_queries(8):  # savepoint included
        unfold([first.pk])
    for _ in range(29):
        rule_for(weekdays=[0]).reasons.add(reason)
    with django_assert_num_queries(9):  # the reasons of what stands already
        unfold()


def test_nightly_round_adds_the_new_last_day_and_says_so():
    rule = rule_for(weekdays=[0, 1, 2, 3, 4, 5, 6])
    unfold([rule.pk])
    with time_machine.travel(datetime(2026, 3, 3, 1, tzinfo=UTC), tick=False):
        assert unfold_all().created == 1
        assert unfold_all().created == 0
    assert Opening.objects.latest("start_at").rule_day == date(2027, 3, 3)
    event = AuditEvent.objects.get()
    assert (event.actor_label, event.action, event.detail) == (
        "système",
        "openings.unfold",
        {"created": 1, "changed": 0, "removed": 0, "stranded": []},
    )
