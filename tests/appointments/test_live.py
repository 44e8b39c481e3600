"""The log of the live schedule: whoever writes, and however, the screens are told; nobody is told twice."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction

from appointments.actions.book import book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.actions.close_house import close_house
from appointments.actions.declare_absence import declare_absence
from appointments.actions.hold import expire_holds, hold, keep, loosen, release
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.live import KEPT_FOR, Change, Follower, forget_old_changes
from appointments.models import Absence, Appointment, Closure, Delay, ScheduleChange
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def follower(db):
    """Somebody who has looked at everything that the cast has done."""
    one = Follower()
    one.news()
    return one


def day_of(doctor, day=MONDAY):
    return [Change(doctor.practitioner.pk, day, day)]


@pytest.mark.django_db
def test_whatever_is_done_to_a_visit_is_told(owner, doctor, follower):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    assert follower.news() == day_of(doctor)
    loosen(held, holder="anne")
    keep(held, holder="anne")
    assert follower.news() == []
    book(held, holder="anne", patient=owner.patient, actor=owner.user)
    assert follower.news() == day_of(doctor)
    cancel(held, actor=owner.user)
    assert follower.news() == day_of(doctor)
    release(hold(doctor.reason, on_monday(8), holder="anne"), holder="anne")
    assert follower.news() == day_of(doctor)
    assert follower.news() == []


@pytest.mark.django_db
def test_what_the_team_does_is_told(owner, doctor, follower):
    place = doctor.practitioner.openings.get().place
    visit = book_at_desk(doctor.reason, on_monday(9), owner.patient, actor=doctor.user, place=place)
    assert follower.news() == day_of(doctor)
    Appointment.objects.filter(pk=visit.pk).update(start_at=on_monday(8), end_at=on_monday(8, 20))
    follower.news()
    Appointment.objects.filter(pk=visit.pk).update(
        start_at=on_monday(9) + timedelta(days=1),
        end_at=on_monday(9, 20) + timedelta(days=1),
        blocked_until=on_monday(9, 20) + timedelta(days=1),
    )
    assert follower.news() == [*day_of(doctor), *day_of(doctor, TUESDAY)]


@pytest.mark.django_db
def test_a_state_is_told(booked, doctor, follower):
    Appointment.objects.filter(pk=booked.pk).update(team_note="Vient avec sa fille")
    assert follower.news() == day_of(doctor)
    with time_machine.travel(on_monday(9), tick=False):
        change_state(booked, Step.ARRIVE, actor=doctor.user)
    assert follower.news() == day_of(doctor)


@pytest.mark.django_db
def test_openings_absences_and_closures_are_told(doctor, follower):
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(16))
    assert follower.news() == day_of(doctor)
    morning = {"start_at": on_monday(8), "end_at": on_monday(12)}
    absence = Absence(practitioner=doctor.practitioner, **morning)
    declare_absence(absence, actor=doctor.user)
    assert follower.news() == day_of(doctor)
    withdraw_absence(absence, actor=doctor.user)
    assert follower.news() == day_of(doctor)
    close_house(Closure(centre=doctor.practitioner.centre, label="Travaux", **morning), actor=doctor.user)
    assert follower.news() == [Change(0, MONDAY, MONDAY)]


@pytest.mark.django_db
def test_a_delay_is_told(doctor, follower):
    delay = Delay.objects.create(practitioner=doctor.practitioner, minutes=20)
    assert [change.practitioner_id for change in follower.news()] == [doctor.practitioner.pk]
    Delay.objects.filter(pk=delay.pk).update(minutes=30)
    assert [change.practitioner_id for change in follower.news()] == [doctor.practitioner.pk]


@pytest.mark.django_db
def test_a_hold_that_runs_out_is_told(doctor, follower, sunday):
    hold(doctor.reason, on_monday(9), holder="anne")
    follower.news()
    with time_machine.travel(sunday + timedelta(minutes=11), tick=False):
        expire_holds()
    assert follower.news() == day_of(doctor)


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_committed_late_is_not_missed(doctor):
    """Its key is the lower one, and the reader has already seen a higher one."""
    follower = Follower()
    follower.news()
    written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
            written.set()
            may_commit.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(20)
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9) + timedelta(days=1))
    assert follower.news() == day_of(doctor, TUESDAY)
    assert follower.news() == []
    may_commit.set()
    thread.join(20)
    assert follower.news() == day_of(doctor)
    assert follower.news() == []


@pytest.mark.django_db
def test_the_log_is_kept_for_minutes_and_costs_no_write_ahead_log(doctor, follower, sunday):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
    ScheduleChange.objects.update(written_at=sunday - KEPT_FOR * 2)
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(16))
    ScheduleChange.objects.filter(since=on_monday(14)).update(written_at=sunday)
    forget_old_changes()
    assert list(ScheduleChange.objects.values_list("since", flat=True)) == [on_monday(14)]
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'appointments_schedulechange'")
        assert cursor.fetchone() == ("u",)
