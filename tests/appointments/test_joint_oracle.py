"""Joint search against an oracle that tries every five minutes for both."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.joint import JointWish, joint_slots
from appointments.models import Absence, Appointment, Opening, VisitReason
from core import clock
from patients.models import Patient
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory, RoomFactory

# The Saturday before the clock goes back, the long Sunday, and the Monday after.
FIRST = date(2026, 10, 24)
DAYS = 3
START, END = clock.day_bounds(FIRST)[0], clock.day_bounds(FIRST + timedelta(days=DAYS - 1))[1]
NOW = START - timedelta(hours=12)
spans = st.tuples(st.integers(0, DAYS - 1), st.integers(0, 4 * 10), st.integers(1, 20))
who = st.integers(0, 2)
reasons = st.fixed_dictionaries(
    {
        "duration_minutes": st.sampled_from([10, 15, 20, 30, 45]),
        "buffer_minutes": st.sampled_from([0, 5, 15]),
        "grid_minutes": st.sampled_from([10, 15, 20, 30]),
    }
)


def instant(day: int, quarter: int) -> datetime:
    """From one o'clock at night, so that the hour that comes twice is among them."""
    return clock.at(FIRST + timedelta(days=day), time(1)) + timedelta(minutes=15 * quarter)


class Paper:
    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.openings = list(Opening.objects.order_by("start_at", "pk"))
        self.absences = list(Absence.objects.all())
        self.visits = list(Appointment.objects.all())

    def opening(self, reason: VisitReason, start: datetime, *, in_own_room: bool) -> Opening | None:
        """The first opening that gives this start, if nothing stands in the way."""
        end, blocked = start + reason.duration, start + reason.duration + reason.buffer
        own = reason.practitioner_id
        if any(o.practitioner_id == own and o.start_at < end and o.end_at > start for o in self.absences):
            return None
        busy = [o for o in self.visits if o.start_at < blocked and o.blocked_until > start]
        if any(o.practitioner_id == own for o in busy):
            return None
        if any(
            o.patient_id == self.patient.pk and o.start_at < end and o.end_at > start for o in self.visits
        ):
            return None
        for one in self.openings:
            on_grid = (start - one.start_at) % timedelta(minutes=reason.grid_minutes) == timedelta(0)
            if one.practitioner_id != own or not (one.start_at <= start and end <= one.end_at and on_grid):
                continue
            if in_own_room and one.room_id and any(o.room_id == one.room_id for o in busy):
                continue
            return one
        return None


def brute_force(wish: JointWish, paper: Paper) -> set[tuple[int, datetime, int, datetime]]:
    every = [START + timedelta(minutes=5 * step) for step in range(int((END - START).total_seconds()) // 300)]
    late = [END + timedelta(minutes=5 * step) for step in range(12 * 12)]
    given_by = {
        (reason.pk, own): {
            start: opening
            for start in every + late
            if (opening := paper.opening(reason, start, in_own_room=own))
        }
        for reason in {*wish.ones, *wish.others}
        for own in (True, False)
    }
    found = set()
    for one, other in product(wish.ones, wish.others):
        if one.practitioner_id == other.practitioner_id:
            continue
        if wish.is_together:
            host, guest = (other, one) if other.duration > one.duration else (one, other)
            found |= at_once(host, guest, given_by[host.pk, True], given_by[guest.pk, False])
        else:
            for first, second in [(one, other)] + ([(other, one)] if wish.any_order else []):
                found |= in_turn(wish, first, second, given_by[first.pk, True], given_by[second.pk, True])
    return found


def at_once(host, guest, rooms, joins):
    return {
        (host.pk, start, guest.pk, start)
        for start in rooms.keys() & joins.keys()
        if start < END and rooms[start].place_id == joins[start].place_id
    }


def in_turn(wish, first, second, firsts, seconds):
    found = set()
    for (start, opening), (then, later) in product(firsts.items(), seconds.items()):
        over = start + first.duration
        shared = opening.room_id and opening.room_id == later.room_id
        if (
            start < END
            and wish.at_least <= (then - over) / timedelta(minutes=1) <= wish.at_most
            and opening.place_id == later.place_id
            and not (shared and then < over + first.buffer)
        ):
            found.add((first.pk, start, second.pk, then))
    return found


class OracleTest(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        persons=st.lists(reasons, min_size=3, max_size=3),
        openings=st.lists(st.tuples(who, spans, st.integers(0, 3)), min_size=2, max_size=9),
        absences=st.lists(st.tuples(who, spans), max_size=2),
        visits=st.lists(st.tuples(who, spans, st.sampled_from(["own", "room", "his"])), max_size=5),
        together=st.booleans(),
        waits=st.tuples(st.sampled_from([0, 5, 10]), st.sampled_from([10, 30, 90])),
        any_order=st.booleans(),
        any_of_two=st.booleans(),
    )
    def test_what_is_offered_is_what_the_finger_finds(
        self, persons, openings, absences, visits, together, waits, any_order, any_of_two
    ):
        made = [VisitReasonFactory(**fields) for fields in persons]
        places = [PlaceFactory(), PlaceFactory(name="Annexe")]
        rooms = [None, RoomFactory(place=places[0]), RoomFactory(place=places[0]), None]
        patient = PatientFactory()
        for index, (day, quarter, length), where in openings:
            OpeningFactory(
                practitioner=made[index].practitioner,
                place=places[1] if where == 3 else places[0],
                room=rooms[where],
                start_at=instant(day, quarter),
                end_at=instant(day, quarter + length),
            )
        for index, (day, quarter, length) in absences:
            AbsenceFactory(
                practitioner=made[index].practitioner,
                start_at=instant(day, quarter),
                end_at=instant(day, quarter + length),
            )
        for index, (day, quarter, length), kind in visits:
            start, end = instant(day, quarter), instant(day, quarter + length)
            elsewhere = Appointment.objects.filter(start_at__lt=end, blocked_until__gt=start)
            if kind == "his" and elsewhere.filter(patient=patient).exists():
                continue
            if kind == "room" and elsewhere.filter(room=rooms[1]).exists():
                continue
            AppointmentFactory(
                reason=made[index] if kind == "own" else VisitReasonFactory(),
                patient=patient if kind == "his" else PatientFactory(),
                room=rooms[1] if kind == "room" else None,
                start_at=start,
                end_at=end,
                blocked_until=end,
                is_overbooked=kind == "own",
            )
        others = made[1:] if any_of_two else made[1:2]
        ones = made[:2] if any_of_two else made[:1]
        wish = JointWish(ones, others, together, *waits, any_order)
        found = joint_slots(wish, patient, START, END, now=NOW)
        shown = [
            (pair.first.reason.pk, pair.first.start_at, pair.second.reason.pk, pair.second.start_at)
            for pair in found
        ]
        assert len(shown) == len(set(shown))
        assert set(shown) == brute_force(wish, Paper(patient))
