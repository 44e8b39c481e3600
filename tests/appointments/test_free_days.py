"""The summary of free days only proposes: counted or not, the earliest slot is the one of a whole search."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.count_free_days import count_all_again, count_for, count_free_days
from appointments.availability import first_free, free_slots, soonest
from appointments.models import (
    Absence,
    Appointment,
    Audience,
    Closure,
    ExternalBusy,
    FreeDay,
    FreeDayMark,
    Opening,
    Status,
    VisitReason,
)
from core import clock
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.calendars import ExternalBusyFactory, ExternalCalendarFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory, RoomFactory

MONDAY = date(2026, 11, 23)
NOW = clock.at(MONDAY, time(7))


def paris(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return clock.at(day, time(hour, minute))


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


# --- Whatever happens, in whatever order, counted or not -----------------------------------------------------------

LENGTH = 10
hours = st.integers(0, 24 * LENGTH - 1)
spans = st.tuples(hours, st.integers(1, 8))
who = st.integers(0, 2)
events = st.one_of(
    st.tuples(st.just("open"), who, spans, st.booleans()),
    st.tuples(st.just("leave"), who, spans),
    st.tuples(st.just("outside"), who, spans),
    st.tuples(st.just("shut"), who, spans, st.booleans()),
    st.tuples(st.just("book"), who, hours, st.sampled_from([15, 45, 240])),
    st.tuples(st.just("hold"), who, hours, st.sampled_from([-1, 1])),
    st.tuples(st.just("cancel visit"), who),
    st.tuples(st.just("move visit"), who, hours),
    st.tuples(st.just("give visit away"), who),
    st.tuples(st.just("confirm hold"), who),
    st.tuples(st.just("cancel opening"), who),
    st.tuples(st.just("reopen"), who),
    st.tuples(st.just("delete opening"), who),
    st.tuples(st.just("restrict"), who),
    st.tuples(st.just("for staff"), who),
    st.tuples(st.just("come back"), who),
    st.tuples(st.just("unshut"), who),
    st.tuples(st.just("calendar"), who),
    st.tuples(st.just("longer"), who, st.sampled_from([10, 30, 90])),
    st.tuples(st.just("count"), who),
    st.tuples(st.just("count everybody"), who),
    st.tuples(st.just("later"), who, st.integers(1, 40)),
)


class NeverLiesTest(TestCase):
    @settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
    @given(st.lists(events, min_size=4, max_size=24))
    def test_the_earliest_is_that_of_a_search_over_everything(self, story):
        with time_machine.travel(NOW, tick=False) as traveller, transaction.atomic():
            world = World()
            for what, number, *rest in story:
                if what == "later":
                    traveller.shift(timedelta(hours=rest[0]))
                else:
                    getattr(world, what.replace(" ", "_"))(number, *rest)
            self.check(world)
            count_free_days()
            self.check(world)
            transaction.set_rollback(True)

    def check(self, world) -> None:
        now = clock.now()
        reasons = list(VisitReason.objects.filter(pk__in=[one.pk for one in world.reasons]))
        end = now + timedelta(days=LENGTH + 2)
        expected = {
            slot.reason.pk: slot.start for slot in free_slots(reasons, now, end, now=now, first_only=True)
        }
        assert {key: slot.start for key, slot in first_free(reasons, now, now=now).items()} == expected
        in_order = sorted((start, key) for key, start in expected.items())
        for count in (1, 2):
            slots = soonest(reasons, now, now=now, count=count)
            assert [(slot.start, slot.reason.pk) for slot in slots] == in_order[:count]


class World:
    """Three professionals, and what may happen to their time."""

    def __init__(self) -> None:
        self.place = PlaceFactory()
        self.reasons = [
            VisitReasonFactory(
                practitioner=PractitionerFactory(),
                notice_minutes=60 * number,
                duration_minutes=15 + 15 * number,
            )
            for number in range(3)
        ]
        self.patient = AppointmentFactory(
            reason=self.reasons[0], start_at=NOW - timedelta(days=9), place=self.place
        ).patient
        # Hardly anything is free, so that whatever comes free shows: visits on Monday, leave on Tuesday.
        for number in range(3):
            for day in range(3):
                self.open(number, (1 + 24 * day, 1), everybody=day < 2 or number == 2)
            self.visit(number, self.at(1), 60)
            self.leave(number, (24, 9))
        count_free_days()

    def at(self, hour: int) -> datetime:
        return NOW + timedelta(hours=hour)

    def span(self, span: tuple[int, int]) -> dict[str, datetime]:
        return {"start_at": self.at(span[0]), "end_at": self.at(sum(span))}

    def of(self, number: int, model):
        return model.objects.filter(practitioner=self.reasons[number].practitioner).order_by("pk")

    def open(self, number, span, everybody):
        audience = Audience.EVERYONE if everybody else Audience.STAFF
        practitioner = self.reasons[number].practitioner
        OpeningFactory(practitioner=practitioner, place=self.place, audience=audience, **self.span(span))

    def leave(self, number, span):
        AbsenceFactory(practitioner=self.reasons[number].practitioner, **self.span(span))

    def outside(self, number, span):
        calendar = ExternalCalendarFactory(practitioner=self.reasons[number].practitioner)
        ExternalBusyFactory(calendar=calendar, **self.span(span))

    def shut(self, number, span, here):
        centre = self.reasons[number].practitioner.centre
        ClosureFactory(centre=centre, place=self.place if here else None, **self.span(span))

    def visit(self, number, start, minutes, **state):
        end = start + timedelta(minutes=minutes)
        AppointmentFactory(
            reason=self.reasons[number],
            place=self.place,
            start_at=start,
            end_at=end,
            blocked_until=end,
            is_overbooked=True,
            **state,
        )

    def book(self, number, hour, minutes):
        self.visit(number, self.at(hour), minutes)

    def hold(self, number, hour, late):
        until = clock.now() + timedelta(hours=late)
        state = {"status": Status.HELD, "patient": None, "holder": "v", "held_until": until}
        self.visit(number, self.at(hour), 60, **state)

    def delete_first(self, number, model):
        row = self.of(number, model).first()
        if row is not None:
            row.delete()

    def change(self, row, **values):
        if row is not None:
            type(row).objects.filter(pk=row.pk).update(**values)

    def cancel_visit(self, number):
        row = self.of(number, Appointment).filter(status=Status.BOOKED, start_at__gt=NOW).first()
        self.change(row, status=Status.CANCELLED, cancelled_at=NOW)

    def move_visit(self, number, hour):
        row = self.of(number, Appointment).filter(status=Status.BOOKED, start_at__gt=NOW).first()
        at, later = self.at(hour), self.at(hour) + timedelta(minutes=30)
        self.change(row, start_at=at, end_at=later, blocked_until=later)

    def give_visit_away(self, number):
        row = self.of(number, Appointment).filter(status=Status.BOOKED, start_at__gt=NOW).first()
        self.change(row, practitioner=self.reasons[(number + 1) % 3].practitioner)

    def confirm_hold(self, number):
        row = self.of(number, Appointment).filter(status=Status.HELD).first()
        self.change(
            row, status=Status.BOOKED, held_until=None, holder="", patient=self.patient, booked_at=NOW
        )

    def cancel_opening(self, number):
        self.change(self.of(number, Opening).filter(cancelled_at=None).first(), cancelled_at=NOW)

    def reopen(self, number):
        self.change(self.of(number, Opening).exclude(cancelled_at=None).first(), cancelled_at=None)

    def delete_opening(self, number):
        self.delete_first(number, Opening)

    def restrict(self, number):
        opening = self.of(number, Opening).last()
        if opening is not None:
            reason = self.reasons[number]
            chosen = list(opening.reasons.values_list("pk", flat=True))
            other = VisitReasonFactory(practitioner=reason.practitioner).pk
            opening.reasons.set([] if reason.pk in chosen else [reason.pk] if chosen else [other])

    def for_staff(self, number):
        opening = self.of(number, Opening).first()
        if opening is not None:
            taken = opening.audience == Audience.STAFF
            self.change(opening, audience=Audience.EVERYONE if taken else Audience.STAFF)

    def come_back(self, number):
        self.change(self.of(number, Absence).first(), end_at=self.at(24 * 30))
        self.delete_first(number, Absence)

    def unshut(self, number):
        closure = Closure.objects.order_by("pk").first()
        if closure is not None:
            closure.delete()

    def calendar(self, number):
        self.of(number, ExternalBusy).delete()

    def longer(self, number, minutes):
        self.reasons[number].duration_minutes = minutes
        self.reasons[number].save()

    def count(self, number):
        count_for(self.reasons[number].practitioner_id)

    def count_everybody(self, number):
        count_all_again()
        count_free_days()
