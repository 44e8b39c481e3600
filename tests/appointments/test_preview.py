"""What the preview announces is what the change does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from appointments import preview
from appointments.actions.add_rule import add_rule
from appointments.actions.cancel_opening import cancel_opening
from appointments.actions.change_absence import change_absence
from appointments.actions.change_opening import change_opening
from appointments.actions.change_rule import change_rule
from appointments.actions.close_house import close_house
from appointments.actions.declare_absence import declare_absence
from appointments.actions.end_rule import end_rule
from appointments.actions.reopen_house import reopen_house
from appointments.actions.restore_opening import restore_opening
from appointments.actions.settle_disruption import settle_disruption
from appointments.actions.unfold import unfold
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.models import Absence, Closure, Disruption, Opening, OpeningRule
from appointments.models.disruption import Cause, Outcome
from core import clock
from core.audit.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningRuleFactory, VisitReasonFactory
from tests.factories.practitioners import PlaceFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def sunday_evening():
    with time_machine.travel(datetime(2026, 3, 1, 19, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def actor():
    return UserFactory()


@pytest.fixture
def rule():
    """Mondays and Thursdays, 8–12 h, unfolded."""
    rule = OpeningRuleFactory(
        weekdays=[0, 3],
        start_time=time(8),
        end_time=time(12),
        valid_from=MONDAY,
        practitioner__first_name="Luc",
    )
    unfold([rule.pk])
    return rule


@pytest.fixture
def booked(rule):
    """Somebody expects to come on Monday 9 March at this hour of the house."""
    reason = VisitReasonFactory(practitioner=rule.practitioner, name="Suivi")

    def book(hour, minute=0, day=date(2026, 3, 9), **fields):
        start_at = clock.at(day, time(hour, minute))
        return AppointmentFactory(reason=reason, start_at=start_at, place=rule.place, **fields)

    return book


def worklist():
    return [(d.appointment_id, d.cause) for d in Disruption.objects.open().order_by("appointment_id")]


def announced(found):
    return [(touched.appointment.pk, touched.cause) for touched in found]


def spans(weeks, *marks):
    return [
        f"{clock.local(s.start_at):%a %d %H}–{clock.local(s.end_at):%H} {s.mark}"
        for week in weeks
        for day in week
        for s in day.spans
        if s.mark in marks
    ]


def test_shorter_rule(rule, booked, actor):
    early, late = booked(8), booked(11)
    rule.start_time = time(9)
    shown = preview.of_rule(rule)
    assert announced(shown.touched) == [(early.pk, Cause.RULE_CHANGED)]
    assert worklist() == []
    change_rule(rule, [], actor=actor)
    assert worklist() == [(early.pk, Cause.RULE_CHANGED)]
    assert late.disruptions.count() == 0
    assert AuditEvent.objects.get(action="rule.change").detail == {
        "before": "lundi, jeudi, 08:00–12:00",
        "after": "lundi, jeudi, 09:00–12:00",
        "stranded": [early.pk],
        "settled": [],
    }


def test_preview_writes_nothing_and_reads_little(rule, booked, django_assert_num_queries):
    booked(8)
    rule.start_time = time(9)
    rule.practitioner.centre  # noqa: B018 — known to the page already
    stored = list(Opening.objects.values())
    with django_assert_num_queries(8) as captured:
        preview.of_rule(rule)
    assert [q["sql"].lstrip("(").split()[0] for q in captured.captured_queries] == ["SELECT"] * 8
    assert list(Opening.objects.values()) == stored


def test_weeks_show_what_comes_and_goes(rule):
    rule.weekdays = [1, 3]
    weeks = preview.of_rule(rule).weeks
    assert [(week[0].day, len(week)) for week in weeks] == [
        (date(2026, 3, 2) + timedelta(weeks=n), 7) for n in range(4)
    ]
    assert spans(weeks[:1], "gone", "new", "kept") == [
        "Mon 02 08–12 gone",
        "Tue 03 08–12 new",
        "Thu 05 08–12 kept",
    ]


def test_weeks_begin_where_the_change_begins(rule):
    absence = Absence(
        practitioner=rule.practitioner,
        start_at=clock.at(date(2026, 5, 6), time.min),
        end_at=clock.at(date(2026, 5, 8), time(12)),
    )
    weeks = preview.of_absence(absence).weeks
    assert weeks[0][0].day == date(2026, 5, 4)
    assert len(weeks) == 5
    assert spans(weeks[:1], "away") == ["Wed 06 00–00 away", "Thu 07 00–00 away", "Fri 08 00–12 away"]
    assert weeks[0][4].holiday == "Fête de la Victoire"


def test_new_rule_settles_who_is_covered_again(rule, booked, actor):
    early = booked(8)
    rule.start_time = time(9)
    change_rule(rule, [], actor=actor)
    add_rule(
        OpeningRule(
            practitioner=rule.practitioner,
            place=rule.place,
            weekdays=[0],
            start_time=time(8),
            end_time=time(9),
            valid_from=MONDAY,
        ),
        [],
        actor=actor,
    )
    assert worklist() == []
    assert [(d.appointment_id, d.outcome) for d in Disruption.objects.all()] == [(early.pk, Outcome.KEPT)]


def test_ended_rule(rule, booked, actor):
    kept, lost = booked(9), booked(9, day=date(2026, 3, 12))
    shown = preview.of_rule_end(rule, date(2026, 3, 10))
    end_rule(rule, date(2026, 3, 10), actor=actor)
    assert announced(shown.touched) == worklist() == [(lost.pk, Cause.RULE_CHANGED)]
    assert kept.disruptions.count() == 0
    assert Opening.objects.latest("start_at").rule_day == date(2026, 3, 9)


def test_rule_that_never_began_is_removed(rule, booked, actor):
    lost = booked(9)
    end_rule(rule, date(2026, 3, 1), actor=actor)
    assert (OpeningRule.objects.count(), Opening.objects.count()) == (0, 0)
    assert worklist() == [(lost.pk, Cause.RULE_CHANGED)]


def test_moved_to_the_annexe(rule, booked, actor):
    """A patient who would stand before the wrong door is touched; one seen by video is not."""
    visit, _video = booked(9), booked(10, place_kind="video")
    rule.place = PlaceFactory(name="Annexe")
    shown = preview.of_rule(rule)
    change_rule(rule, [], actor=actor)
    assert announced(shown.touched) == worklist() == [(visit.pk, Cause.RULE_CHANGED)]


def test_booked_outside_the_openings_on_purpose_is_never_reported(rule, booked, actor):
    booked(18)
    rule.start_time = time(9)
    assert preview.of_rule(rule).touched == []
    change_rule(rule, [], actor=actor)
    assert worklist() == []


def test_hand_edited_day_survives_a_change_of_the_rule(rule, booked, actor):
    edited = Opening.objects.get(rule_day=date(2026, 3, 9))
    edited.end_at = clock.at(date(2026, 3, 9), time(14))
    change_opening(edited, [], actor=actor)
    booked(13)
    rule.end_time = time(10)
    assert preview.of_rule(rule).touched == []
    change_rule(rule, [], actor=actor)
    assert worklist() == []
    edited.refresh_from_db()
    assert (edited.is_edited, clock.local(edited.end_at).hour) == (True, 14)


def test_cancelled_and_restored_opening(rule, booked, actor):
    lost = booked(9)
    opening = Opening.objects.get(rule_day=date(2026, 3, 9))
    opening.cancelled_at = clock.now()
    shown = preview.of_opening(opening)
    cancel_opening(opening, actor=actor)
    assert announced(shown.touched) == worklist() == [(lost.pk, Cause.OPENING_CANCELLED)]
    assert unfold([rule.pk]).created == 0
    restore_opening(opening, actor=actor)
    assert worklist() == []


def test_absence_declared_changed_withdrawn(rule, booked, actor):
    monday, thursday = booked(9), booked(9, day=date(2026, 3, 12))
    absence = Absence(
        practitioner=rule.practitioner,
        start_at=clock.at(date(2026, 3, 9), time.min),
        end_at=clock.at(date(2026, 3, 10), time.min),
    )
    shown = preview.of_absence(absence)
    declare_absence(absence, actor=actor)
    assert announced(shown.touched) == worklist() == [(monday.pk, Cause.ABSENCE)]
    absence.start_at, absence.end_at = (
        absence.start_at + timedelta(days=3),
        absence.end_at + timedelta(days=3),
    )
    shown = preview.of_absence(absence)
    change_absence(absence, actor=actor)
    assert announced(shown.touched) == worklist() == [(thursday.pk, Cause.ABSENCE)]
    assert preview.of_absence_withdrawn(absence).touched == []
    withdraw_absence(absence, actor=actor)
    assert worklist() == []
    assert [e.action for e in AuditEvent.objects.order_by("pk")] == [
        "absence.declare",
        "absence.change",
        "absence.withdraw",
    ]


def test_closed_annexe_touches_only_its_own(rule, booked, actor):
    annexe = PlaceFactory(name="Annexe")
    visit = booked(9)
    whole_day = {
        "start_at": clock.at(date(2026, 3, 9), time.min),
        "end_at": clock.at(date(2026, 3, 10), time.min),
    }
    there = Closure(centre=annexe.centre, place=annexe, label="Peinture", **whole_day)
    assert preview.of_closure(there, [rule.practitioner_id]).touched == []
    everywhere = Closure(centre=annexe.centre, label="Inventaire", **whole_day)
    shown = preview.of_closure(everywhere, [rule.practitioner_id])
    close_house(everywhere, actor=actor)
    assert announced(shown.touched) == worklist() == [(visit.pk, Cause.CLOSURE)]
    reopen_house(everywhere, actor=actor)
    assert worklist() == []


def test_kept_by_decision_is_not_reported_again(rule, booked, actor):
    visit = booked(9)
    absence = Absence(
        practitioner=rule.practitioner,
        start_at=clock.at(date(2026, 3, 9), time.min),
        end_at=clock.at(date(2026, 3, 10), time.min),
    )
    declare_absence(absence, actor=actor)
    settled = settle_disruption(visit.pk, Outcome.KEPT, actor=actor)
    assert (settled.outcome, settled.settled_by, worklist()) == (Outcome.KEPT, actor, [])
    assert settle_disruption(visit.pk, Outcome.KEPT, actor=actor) is None
    rule.start_time = time(9)
    change_rule(rule, [], actor=actor)
    assert worklist() == []


def test_cancelled_past_and_held_appointments_are_nobody_to_call(rule, booked, actor):
    booked(8, status="cancelled", cancelled_at=clock.now())
    booked(8, 20, status="held", holder="x", held_until=clock.now() + timedelta(minutes=5), patient=None)
    end_rule(rule, date(2026, 3, 3), actor=actor)
    assert worklist() == []
