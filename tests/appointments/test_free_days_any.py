"""Whatever happens, in whatever order, counted or not: the earliest slot is the one of a whole search."""

from __future__ import annotations

from datetime import datetime, timedelta

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
    Opening,
    Status,
    VisitReason,
)
from core import clock
from tests.appointments.monday_story import NOW
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.calendars import ExternalBusyFactory, ExternalCalendarFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory

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
