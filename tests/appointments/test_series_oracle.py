"""The proposal of a series against an oracle that tries every five minutes of every day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from time_machine import travel

from appointments.models import Absence, Appointment, Opening, VisitReason
from appointments.patient_times import PatientTimes
from appointments.series import Pattern, Wanted, propose, window
from appointments.series_causes import Causes
from core import clock
from patients.models import Patient
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory

# Three weeks around the night on which the clock goes forward.
FIRST = date(2027, 3, 15)
DAYS = 21
NOW = clock.at(FIRST - timedelta(days=1), time(12))
quarters = st.integers(0, 4 * 13 - 1)  # from 7 h to 20 h
spans = st.tuples(st.integers(0, DAYS - 1), quarters, st.integers(1, 16))
reasons = st.fixed_dictionaries(
    {
        "duration_minutes": st.sampled_from([15, 20, 30, 45]),
        "buffer_minutes": st.sampled_from([0, 5, 10]),
        "grid_minutes": st.sampled_from([15, 20, 30]),
    }
)
patterns = st.builds(
    Pattern,
    st.integers(0, 6).map(lambda days: FIRST + timedelta(days=days)),
    st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(["", "matin", "apres-midi"]),
    st.one_of(st.none(), st.integers(8, 18).map(time)),
    st.integers(1, 2),
    st.integers(1, 3),
)


def instant(day: int, quarter: int) -> datetime:
    return clock.at(FIRST + timedelta(days=day), time(7)) + timedelta(minutes=15 * quarter)


class Paper:
    """Everything that is written down, looked up with a finger."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.openings = list(Opening.objects.all())
        self.absences = list(Absence.objects.all())
        self.visits = list(Appointment.objects.all())

    def is_free(self, reason: VisitReason, start: datetime) -> bool:
        end, blocked = start + reason.duration, start + reason.duration + reason.buffer
        who = reason.practitioner_id
        grid = timedelta(minutes=reason.grid_minutes)
        is_open = any(
            one.practitioner_id == who
            and one.start_at <= start
            and end <= one.end_at
            and (start - one.start_at) % grid == timedelta(0)
            for one in self.openings
        )
        is_away = any(
            one.practitioner_id == who and one.start_at < end and one.end_at > start for one in self.absences
        )
        is_busy = any(
            one.practitioner_id == who and one.start_at < blocked and one.blocked_until > start
            for one in self.visits
        )
        is_elsewhere = any(
            one.patient_id == self.patient.pk and one.start_at < end and one.end_at > start
            for one in self.visits
        )
        return is_open and not (is_away or is_busy or is_elsewhere)


def minute(start: datetime) -> int:
    local = clock.local(start)
    return local.hour * 60 + local.minute


def starts_of(reason: VisitReason, day: date, paper: Paper) -> list[datetime]:
    midnight = clock.at(day, time(6))
    every = (midnight + timedelta(minutes=5 * step) for step in range(12 * 16))
    return [start for start in every if paper.is_free(reason, start)]


def wished(pattern: Pattern, start: datetime) -> bool:
    if pattern.hour is not None:
        return abs(minute(start) - pattern.hour.hour * 60) <= 60
    if pattern.half == "matin":
        return minute(start) < 12 * 60
    return pattern.half == "" or minute(start) >= 12 * 60


def brute_force(
    persons: list[VisitReason], pattern: Pattern, number: int, paper: Paper
) -> list[tuple[VisitReason, datetime] | None]:
    days: list[date] = []
    day = pattern.first_day
    monday = day - timedelta(days=day.weekday())
    while len(days) < number:
        week = (day - monday).days // 7
        spaced = not days or (day - days[-1]).days >= pattern.gap_days
        if day.weekday() in pattern.weekdays and week % pattern.every_n_weeks == 0 and spaced:
            days.append(day)
        day += timedelta(days=1)
    free = {
        (index, one): [start for start in starts_of(reason, one, paper) if wished(pattern, start)]
        for index, reason in enumerate(persons)
        for one in days
    }
    tally = Counter(
        minute(start)
        for one in days
        for index in [next((index for index in range(len(persons)) if free[index, one]), None)]
        if index is not None
        for start in free[index, one]
    )
    goal = min(tally, key=lambda at: (-tally[at], at)) if tally else 0
    if pattern.hour is not None:
        goal = pattern.hour.hour * 60
    found: list[tuple[VisitReason, datetime] | None] = []
    for one in days:
        index = next((index for index in range(len(persons)) if free[index, one]), None)
        if index is None:
            found.append(None)
        else:
            start = min(free[index, one], key=lambda start: (abs(minute(start) - goal), start))
            found.append((persons[index], start))
    return found


class OracleTest(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        persons=st.lists(reasons, min_size=1, max_size=2),
        openings=st.lists(st.tuples(st.integers(0, 1), spans), min_size=1, max_size=10),
        absences=st.lists(st.tuples(st.integers(0, 1), spans), max_size=2),
        visits=st.lists(st.tuples(st.integers(0, 1), spans, st.booleans()), max_size=6),
        pattern=patterns,
        number=st.integers(1, 5),
    )
    def test_the_proposal_is_what_the_finger_finds(
        self, persons, openings, absences, visits, pattern, number
    ):
        made = [VisitReasonFactory(**fields) for fields in persons]
        patient = PatientFactory()
        for who, (day, quarter, length) in openings:
            OpeningFactory(
                practitioner=made[who % len(made)].practitioner,
                start_at=instant(day, quarter),
                end_at=instant(day, quarter + length),
            )
        for who, (day, quarter, length) in absences:
            AbsenceFactory(
                practitioner=made[who % len(made)].practitioner,
                start_at=instant(day, quarter),
                end_at=instant(day, quarter + length),
            )
        for who, (day, quarter, length), is_his in visits:
            start, end = instant(day, quarter), instant(day, quarter + length)
            if is_his and Appointment.objects.filter(patient=patient, start_at__lt=end, end_at__gt=start):
                continue  # nobody is in two places at once
            AppointmentFactory(
                reason=VisitReasonFactory() if is_his else made[who % len(made)],
                patient=patient if is_his else PatientFactory(),
                start_at=start,
                end_at=end,
                blocked_until=end,
                is_overbooked=not is_his,
            )
        with travel(NOW, tick=False):
            targets = pattern.targets(number)
            days = window(targets)
            times = PatientTimes(made, patient, days, NOW)
            found = propose(
                Wanted(made, targets, pattern.gap_days, pattern=pattern),
                times,
                Causes(made, patient, times, days),
            )
        shown = [(one.slot.reason, one.slot.start_at) if one.slot else None for one in found.sessions]
        paper = Paper(patient)
        assert shown == brute_force(made, pattern, number, paper)
        for one in found.sessions:
            assert bool(one.slot) != bool(one.sentence)
            others = [slot for slot in [*one.others, one.at_the_end] if slot is not None]
            taken = [two.slot.local_day for two in found.sessions if two.slot and two is not one]
            for slot in others:
                assert paper.is_free(slot.reason, slot.start_at)
                assert all(abs((slot.local_day - day).days) >= pattern.gap_days for day in taken)
