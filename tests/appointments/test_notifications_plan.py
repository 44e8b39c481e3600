from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from accounts.models import User
from appointments import notifications
from appointments.models import Appointment, ReminderRule
from appointments.notifications.plan import due_at
from core import clock
from core.outbox.models import OutboxMessage, State
from patients.actions.set_notices import set_notices
from patients.models import NoticePreference
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db

# Two weeks ahead of the Sunday of the cast.
FAR = clock.at(date(2026, 12, 7), time(9))


def written() -> list[tuple[str, str, str, str]]:
    """kind, channel, address and local due time of every message that waits."""
    rows = OutboxMessage.objects.filter(state=State.DUE).order_by("due_at", "pk")
    return [
        (
            row.kind.removeprefix("appointments."),
            row.channel,
            row.address,
            f"{clock.local(row.due_at):%d/%m %H:%M}",
        )
        for row in rows
    ]


@pytest.fixture
def visit(owner, doctor) -> Appointment:
    return AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=FAR, booked_by=owner.user)


def test_a_booking_writes_its_confirmation_and_its_reminders(visit, django_assert_num_queries):
    with django_assert_num_queries(4):
        notifications.booked(visit)
    assert written() == [
        ("booked", "email", "jeanne@example.org", "22/11 12:00"),
        ("reminder.week", "email", "jeanne@example.org", "30/11 09:00"),
        ("reminder.days", "email", "jeanne@example.org", "05/12 09:00"),
    ]
    with django_assert_num_queries(3):
        notifications.booked(visit)
    assert OutboxMessage.objects.count() == 3


@pytest.mark.parametrize(
    ("days_ahead", "reminders"),
    [(8, ["reminder.week", "reminder.days"]), (7, ["reminder.days"]), (2, []), (1, [])],
)
def test_reminders_whose_time_has_passed_are_not_written(owner, doctor, days_ahead, reminders):
    start = clock.at(date(2026, 11, 22) + timedelta(days=days_ahead), time(11))
    notifications.booked(AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=start))
    assert [kind for kind, *_ in written()] == ["booked", *reminders]


def test_who_prefers_sms_gets_reminders_there_and_a_way_back_to_email(visit, owner):
    User.objects.filter(pk=owner.user.pk).update(phone="+33612345678")
    NoticePreference.objects.create(user=owner.user, by_sms=True, by_email=True, hours_before=True)
    notifications.booked(visit)
    assert written() == [
        ("booked", "email", "jeanne@example.org", "22/11 12:00"),
        ("booked", "sms", "+33612345678", "22/11 12:00"),
        ("reminder.week", "email", "jeanne@example.org", "30/11 09:00"),
        ("reminder.days", "sms", "+33612345678", "05/12 09:00"),
        ("reminder.hours", "sms", "+33612345678", "07/12 08:00"),
    ]
    assert set(OutboxMessage.objects.filter(channel="sms").values_list("payload__fallback", flat=True)) == {
        "jeanne@example.org"
    }


def test_sms_without_a_telephone_is_email(visit, owner):
    NoticePreference.objects.create(user=owner.user, by_sms=True, by_email=False)
    notifications.booked(visit)
    assert {channel for _, channel, *_ in written()} == {"email"}


def test_everybody_who_acts_for_the_patient_is_told_and_nobody_else(visit, owner, outsider):
    proxy = UserFactory(email="fille@example.org", language="en")
    ProxyFactory(user=proxy, patient=owner.patient, relation="parent")
    ProxyFactory(user=UserFactory(), patient=owner.patient, relation="other", state="pending")
    ProxyFactory(user=UserFactory(), patient=owner.patient, relation="other", state="ended")
    notifications.booked(visit)
    told = OutboxMessage.objects.filter(kind=notifications.BOOKED).order_by("pk")
    assert list(told.values_list("recipient__email", "address", "language")) == [
        ("jeanne@example.org", "jeanne@example.org", "fr"),
        ("fille@example.org", "fille@example.org", "en"),
    ]


def test_a_patient_without_account_is_told_at_his_own_address(doctor):
    patient = PatientFactory(email="ancien@example.org")
    notifications.booked(AppointmentFactory(reason=doctor.reason, patient=patient, start_at=FAR))
    assert [(kind, address) for kind, _, address, _ in written()] == [
        ("booked", "ancien@example.org"),
        ("reminder.week", "ancien@example.org"),
        ("reminder.days", "ancien@example.org"),
    ]


def test_moving_withdraws_what_waits_and_writes_anew(visit):
    notifications.booked(visit)
    previous, visit.start_at = visit.start_at, visit.start_at + timedelta(days=1, hours=2)
    visit.end_at, visit.blocked_until, visit.sequence = (
        visit.start_at + visit.reason.duration,
        visit.start_at + visit.reason.duration,
        1,
    )
    visit.save()
    notifications.moved(visit, previous)
    assert written() == [
        ("moved", "email", "jeanne@example.org", "22/11 12:00"),
        ("reminder.week", "email", "jeanne@example.org", "01/12 11:00"),
        ("reminder.days", "email", "jeanne@example.org", "06/12 11:00"),
    ]
    assert OutboxMessage.objects.filter(state=State.CANCELLED).count() == 3


def test_cancelling_withdraws_what_waits_and_tells(visit):
    notifications.booked(visit)
    notifications.cancelled(visit, by_patient=True)
    assert written() == [("cancelled", "email", "jeanne@example.org", "22/11 12:00")]


@time_machine.travel("2026-11-22T23:00:00+01:00", tick=False)
def test_news_from_the_house_waits_for_the_morning(visit):
    notifications.cancelled(visit, by_patient=False)
    assert written() == [("cancelled_by_centre", "email", "jeanne@example.org", "23/11 08:00")]


def test_rules_of_the_house_and_of_the_reason(visit, doctor):
    centre = doctor.practitioner.centre
    ReminderRule.objects.create(centre=centre, kind="week", lead_minutes=10080, is_enabled=False)
    ReminderRule.objects.create(centre=centre, kind="days", lead_minutes=2880)
    ReminderRule.objects.create(centre=centre, reason=doctor.reason, kind="days", lead_minutes=3 * 1440)
    notifications.booked(visit)
    assert written()[1:] == [("reminder.days", "email", "jeanne@example.org", "04/12 09:00")]


def test_new_preferences_rewrite_the_reminders(visit, owner):
    notifications.booked(visit)
    User.objects.filter(pk=owner.user.pk).update(phone="+33612345678")
    owner.user.refresh_from_db()
    choices = {
        "by_email": True,
        "by_sms": True,
        "week_before": False,
        "days_before": True,
        "hours_before": True,
        "language": "en",
    }
    set_notices(owner.user, choices)
    set_notices(owner.user, choices)
    assert written() == [
        ("booked", "email", "jeanne@example.org", "22/11 12:00"),
        ("reminder.days", "sms", "+33612345678", "05/12 09:00"),
        ("reminder.hours", "sms", "+33612345678", "07/12 08:00"),
    ]


@pytest.mark.parametrize(
    ("start", "lead", "due"),
    [
        # Two hours before 8.30 h is night: the evening before.
        ("2026-11-23 08:30", timedelta(hours=2), "2026-11-22 20:30"),
        # Two hours before 9.30 h is night too, but 8 h is still early enough.
        ("2026-11-23 09:30", timedelta(hours=2), "2026-11-23 08:00"),
        ("2026-11-23 14:00", timedelta(hours=2), "2026-11-23 12:00"),
        # Two days before a visit at 7 h: that morning at 8 h.
        ("2026-11-25 07:00", timedelta(days=2), "2026-11-23 08:00"),
        # The clock changes on 25 October and on 29 March: the same hour on the wall.
        ("2026-10-26 09:00", timedelta(days=2), "2026-10-24 09:00"),
        ("2027-03-29 09:00", timedelta(days=2), "2027-03-27 09:00"),
        ("2027-03-31 09:00", timedelta(days=7), "2027-03-24 09:00"),
        # Two hours by the stopwatch on the day itself.
        ("2026-10-25 10:30", timedelta(hours=2), "2026-10-25 08:30"),
    ],
)
def test_when_a_reminder_is_due(start, lead, due):
    moment = datetime.fromisoformat(start).replace(tzinfo=clock.PARIS)
    assert f"{clock.local(due_at(moment, lead)):%Y-%m-%d %H:%M}" == due
