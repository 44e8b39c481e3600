"""The summary of free days only proposes: what it holds, who corrects it, what a search asks of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine

from appointments.actions.count_free_days import count_all_again, count_free_days
from appointments.availability import first_free, soonest
from appointments.models import Appointment, Audience, FreeDay, FreeDayMark, Opening, Status, VisitReason
from core import clock
from tests.appointments.monday_story import MONDAY, NOW, paris
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.practitioners import RoomFactory


@pytest.fixture
def reason(db) -> VisitReason:
    reason = VisitReasonFactory(notice_minutes=0)
    OpeningFactory(practitioner=reason.practitioner, start_at=paris(8), end_at=paris(9))
    return reason


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


def days() -> list[tuple[int, date, datetime, datetime]]:
    return list(
        FreeDay.objects.order_by("reason", "day").values_list("reason", "day", "first_start", "last_start")
    )


def asks(*reasons: VisitReason) -> list[tuple[int, datetime]]:
    slots = soonest(reasons, clock.now(), now=clock.now(), count=3)
    return [(slot.reason.pk, slot.start_at) for slot in slots]


def test_a_day_is_counted_from_its_first_to_its_last_start(reason):
    assert days() == []
    assert count_free_days() == 1
    assert days() == [(reason.pk, MONDAY, paris(8), paris(8, 40))]
    assert not FreeDayMark.objects.exists()
    AppointmentFactory(reason=reason, start_at=paris(8))
    last = AppointmentFactory(reason=reason, start_at=paris(8, 40))
    count_free_days()
    assert days() == [(reason.pk, MONDAY, paris(8, 20), paris(8, 20))]
    AppointmentFactory(reason=reason, start_at=paris(8, 20))
    count_free_days()
    assert days() == []
    last.status, last.cancelled_at = Status.CANCELLED, NOW
    last.save()
    count_free_days()
    assert days() == [(reason.pk, MONDAY, paris(8, 40), paris(8, 40))]


def test_what_comes_free_is_found_before_anybody_has_counted(reason):
    visits = [AppointmentFactory(reason=reason, start_at=paris(8, minute)) for minute in (0, 20, 40)]
    count_free_days()
    assert (asks(reason), first_free([reason], NOW, now=NOW)) == ([], {})
    Appointment.objects.filter(pk=visits[1].pk).update(status=Status.CANCELLED, cancelled_at=NOW)
    assert asks(reason) == [(reason.pk, paris(8, 20))]
    assert [slot.start_at for slot in first_free([reason], NOW, now=NOW).values()] == [paris(8, 20)]


def test_a_hold_changes_nothing_here_and_one_that_runs_out_needs_nobody(reason):
    count_free_days()
    hold = AppointmentFactory(
        reason=reason,
        patient=None,
        status=Status.HELD,
        holder="visiteur",
        held_until=NOW + timedelta(minutes=10),
        start_at=paris(8),
    )
    Appointment.objects.filter(pk=hold.pk).update(held_until=NOW + timedelta(minutes=1))
    assert not FreeDayMark.objects.exists()
    assert asks(reason) == [(reason.pk, paris(8, 20))]
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert asks(reason) == [(reason.pk, paris(8))]
    hold.status, hold.held_until, hold.booked_at = Status.BOOKED, None, NOW
    hold.patient = AppointmentFactory(start_at=paris(15)).patient
    hold.save()
    assert list(
        FreeDayMark.objects.filter(practitioner_id=reason.practitioner_id).values_list("since", "frees")
    ) == [(paris(8), False)]


def test_days_that_are_over_go_and_the_earliest_of_today_is_still_to_come(reason):
    count_free_days()
    with time_machine.travel(paris(8, 10), tick=False):
        assert asks(reason) == [(reason.pk, paris(8, 20))]
    with time_machine.travel(paris(8, day=MONDAY + timedelta(days=1)), tick=False):
        count_all_again()
        assert asks(reason) == []
        count_free_days()
        assert days() == []


def test_counting_again_corrects_what_no_trigger_saw(reason):
    count_free_days()
    FreeDay.objects.update(first_start=paris(8, 40))
    count_all_again()
    count_free_days()
    assert days() == [(reason.pk, MONDAY, paris(8), paris(8, 40))]


def test_the_earliest_of_many_costs_two_queries_however_many_they_are(reason, django_assert_num_queries):
    def colleague(number: int) -> VisitReason:
        other = VisitReasonFactory(notice_minutes=0)
        OpeningFactory(practitioner=other.practitioner, start_at=paris(10 + number % 8))
        return other

    few = [reason, colleague(0)]
    many = [*few, *(colleague(number) for number in range(1, 10))]
    count_free_days()
    for reasons in (few, many):
        with django_assert_num_queries(2):
            (slot,) = soonest(reasons, NOW, now=NOW)
        assert (slot.reason.pk, slot.start_at) == (reason.pk, paris(8))
        with django_assert_num_queries(2):
            assert len(first_free(reasons, NOW, now=NOW)) == len(reasons)


def test_a_shared_room_makes_a_proposal_wrong_and_the_next_one_is_tried(reason):
    room, colleague = RoomFactory(), VisitReasonFactory(duration_minutes=60)
    Opening.objects.update(room=room)
    AppointmentFactory(reason=colleague, room=room, start_at=paris(8))
    later = VisitReasonFactory(notice_minutes=0)
    for number in range(6):
        day = MONDAY + timedelta(days=1 + number)
        OpeningFactory(practitioner=later.practitioner, start_at=paris(8, day=day))
    count_free_days()
    assert asks(reason, later) == [(later.pk, paris(8, day=MONDAY + timedelta(days=1)))]
    assert asks(reason) == []


def test_other_audiences_are_searched_without_the_summary(reason):
    Opening.objects.update(audience=Audience.KNOWN)
    count_free_days()
    assert days() == []
    assert asks(reason) == []
    found = first_free([reason], NOW, now=NOW, audiences=frozenset({Audience.KNOWN}))
    assert [slot.start_at for slot in found.values()] == [paris(8)]
