"""What has changed between writing and leaving."""

from datetime import timedelta

import pytest

from accounts.models import User
from appointments import notifications
from appointments.models import Appointment, Status
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from patients.models import NoticePreference, Patient, Proxy
from practitioners.house import the_house

pytestmark = pytest.mark.django_db

BOOKED = "appointments.booked"


@pytest.fixture
def waiting(booked) -> Appointment:
    notifications.booked(booked)
    return booked


def outcome(kind: str = BOOKED) -> tuple[str, str]:
    now = clock.now()
    OutboxMessage.objects.filter(kind=kind, due_at__gt=now).update(due_at=now, next_attempt_at=now)
    deliver()
    row = OutboxMessage.objects.get(kind=kind)
    return row.state, row.address


def test_unchanged_it_leaves(waiting):
    assert outcome() == (State.SENT, "jeanne@example.org")


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 1},
        {"status": Status.CANCELLED, "cancelled_at": clock.at(clock.today(), clock.now().time())},
        {"status": Status.ARRIVED},
    ],
    ids=["moved", "cancelled", "arrived"],
)
def test_a_visit_that_is_no_longer_what_was_told_sends_nothing(waiting, change):
    Appointment.objects.update(**change)
    assert outcome() == (State.STALE, "jeanne@example.org")


def test_a_visit_that_has_passed_sends_nothing(waiting, sunday):
    from time_machine import travel

    with travel(sunday + timedelta(days=2), tick=False):
        assert outcome() == (State.STALE, "jeanne@example.org")


def test_the_dead_are_not_written_to(waiting, sunday):
    Patient.objects.update(deceased_on=clock.today())
    assert outcome() == (State.STALE, "jeanne@example.org")


def test_who_no_longer_acts_for_the_patient_is_not_told(waiting):
    Proxy.objects.update(state="ended")
    assert outcome() == (State.STALE, "jeanne@example.org")


def test_who_no_longer_signs_in_is_not_told(waiting):
    User.objects.filter(email="jeanne@example.org").update(is_active=False)
    assert outcome() == (State.STALE, "jeanne@example.org")


def test_a_new_address_gets_what_was_written_for_the_old_one(waiting):
    User.objects.filter(email="jeanne@example.org").update(email="jeanne.lefebvre@example.org")
    assert outcome() == (State.SENT, "jeanne.lefebvre@example.org")


def test_reminders_stop_at_once_and_confirmations_do_not(owner, doctor, sunday):
    from tests.factories.appointments import AppointmentFactory

    visit = AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=sunday + timedelta(days=5)
    )
    notifications.booked(visit)
    NoticePreference.objects.update(days_before=False)
    assert outcome("appointments.reminder.days") == (State.STALE, "jeanne@example.org")
    assert outcome(BOOKED) == (State.SENT, "jeanne@example.org")


def test_a_cancellation_leaves_only_while_it_is_true(booked):
    notifications.cancelled(booked, by_patient=True)
    assert outcome("appointments.cancelled") == (State.STALE, "jeanne@example.org")


def test_a_cancellation_leaves(booked):
    Appointment.objects.update(status=Status.CANCELLED, cancelled_at=clock.now(), sequence=1)
    booked.refresh_from_db()
    notifications.cancelled(booked, by_patient=False)
    assert outcome("appointments.cancelled_by_centre") == (State.SENT, "jeanne@example.org")


def test_the_last_look_costs_the_same_for_one_and_for_many(waiting, django_assert_num_queries):
    from core.outbox import registry

    kind = registry.find(BOOKED)
    one = list(OutboxMessage.objects.filter(kind=BOOKED))
    the_house()  # read once a minute
    for messages in (one, one * 3):
        with django_assert_num_queries(2):
            kind.addresses(messages)
        with django_assert_num_queries(4):  # one of them for who else receives
            kind.load(messages)
