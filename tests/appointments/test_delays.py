"""« 30 minutes de retard » : who is told, with what, once; what changes and what lifts it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from appointments import delays
from appointments.actions.announce_delay import DelayLength, announce_delay, lift_delay
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, Delay, Status
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from patients.models import NoticePreference
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
NEWS = {"appointments.late", "appointments.on_time"}


@pytest.fixture
def monday(booked, doctor, teammate, owner, outsider):
    """Monday, ten past eight; the owner is expected at nine."""
    with time_machine.travel(on_monday(8, 10), tick=False):
        for person in (doctor, teammate, owner, outsider):
            person.client.force_login(person.user)
        yield on_monday(8, 10)


def news() -> list[tuple[str, str, int]]:
    rows = OutboxMessage.objects.filter(kind__in=NEWS).order_by("pk")
    return [(row.kind.split(".")[1], row.state, row.payload.get("minutes", 0)) for row in rows]


def test_only_who_is_still_to_come_today_and_has_not_arrived(booked, doctor, teammate, monday):
    def visit(hour, minute=0, **fields):
        return AppointmentFactory(reason=doctor.reason, start_at=on_monday(hour, minute), **fields)

    over = visit(7, 30)
    running = visit(7, 50)  # at 8.20 with the delay: still to come
    arrived = visit(8, 20)
    change_state(arrived, Step.ARRIVE, actor=doctor.user)
    visit(9, 20, status=Status.CANCELLED, cancelled_at=monday)
    later = visit(17)
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9) + timedelta(days=1))
    AppointmentFactory(reason=teammate.reason, start_at=on_monday(9))
    expected = delays.expected(doctor.practitioner.pk, 30, monday)
    assert [(line.appointment, line.at) for line in expected] == [
        (running, on_monday(8, 20)),
        (booked, on_monday(9, 30)),
        (later, on_monday(17, 30)),
    ]
    assert over.status == Status.BOOKED


def test_announced_from_the_screen_in_two_steps(booked, doctor, owner, monday, settings):
    settings.PUBLIC_URL = "https://msp.example"
    AppointmentFactory(
        reason=doctor.reason, start_at=on_monday(9, 20), patient=PatientFactory(birth_name="Sansrien")
    )
    page = doctor.client.get(reverse("delay"), {"qui": "vandamme", "minutes": "30"})
    assert [line.at for line in page.context["expected"]] == [on_monday(9, 30), on_monday(9, 50)]
    assert [[str(channel) for channel in line.channels] for line in page.context["expected"]] == [
        ["email"],
        [],
    ]
    assert (Delay.objects.count(), news()) == (0, [])
    answer = doctor.client.post(reverse("delay"), {"qui": "vandamme", "minutes": "30"})
    assert answer.url == reverse("my_day") + "?qui=vandamme"
    delay = Delay.objects.get()
    assert (delay.practitioner, delay.minutes, delay.announced_at, delay.announced_by, delay.revision) == (
        doctor.practitioner,
        30,
        monday,
        doctor.user,
        1,
    )
    line = AuditEvent.objects.get(action="delay.announced")
    assert (line.actor_id, line.detail) == (doctor.user.pk, {"minutes": 30, "told": 2, "revision": 1})
    deliver()
    (sent,) = mail.outbox
    assert sent.to == ["jeanne@example.org"]
    assert sent.subject.replace("\u00a0", " ") == "Environ 30 min de retard : venez plutôt vers 9 h 30"
    assert "https://msp.example/rendez-vous/" in sent.body
    assert "Consultation" not in sent.body
    row = OutboxMessage.objects.get(kind="appointments.late")
    assert row.expires_at == on_monday(9, 30)
    for address in (reverse("my_space"), reverse("appointment", args=[booked.reference])):
        shown = owner.client.get(address).content.decode().replace("\u00a0", " ")
        assert "Un peu de retard : plutôt vers 9 h 30" in shown
    day = doctor.client.get(reverse("my_day")).content.decode().replace("\u00a0", " ")
    assert "environ 30 min de retard" in day
    sheet = doctor.client.get(reverse("schedule")).content.decode().replace("\u00a0", " ")
    assert "Environ 30 min de retard" in sheet
    people = doctor.client.get(reverse("schedule_feed")).json()["people"]
    assert sum("retard 30\u00a0min" in person[2] for person in people) == 1


def test_at_night_too_and_by_every_means_chosen(booked, doctor, owner, sunday):
    NoticePreference.objects.create(user=owner.user, by_email=True, by_sms=True)
    owner.user.phone = "+33612345678"
    owner.user.save()
    evening = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(21, 40))
    with time_machine.travel(on_monday(21, 10), tick=False):
        announce_delay(doctor.practitioner, 20, actor=doctor.user)
        rows = OutboxMessage.objects.filter(subject_id=evening.pk, kind="appointments.late")
        assert {(row.channel, row.due_at) for row in rows} == {
            ("email", on_monday(21, 10)),
            ("sms", on_monday(21, 10)),
        }


def test_the_same_twice_tells_nobody_twice_and_another_length_replaces(booked, doctor, monday):
    for _ in range(2):
        announce_delay(doctor.practitioner, 30, actor=doctor.user)
    assert [line for line in news() if line[1] != State.CANCELLED] == [("late", "due", 30)]
    deliver()
    announce_delay(doctor.practitioner, 30, actor=doctor.user)
    deliver()
    assert len(mail.outbox) == 1
    announce_delay(doctor.practitioner, 60, actor=doctor.user)
    announce_delay(doctor.practitioner, 45, actor=doctor.user)
    deliver()
    assert [message.subject.replace("\u00a0", " ")[:16] for message in mail.outbox] == [
        "Environ 30 min d",
        "Environ 45 min d",
    ]
    assert list(Delay.objects.values_list("minutes", "revision")) == [(45, 3)]


def test_who_arrives_or_is_moved_before_it_leaves_is_told_nothing(booked, doctor, monday):
    announce_delay(doctor.practitioner, 30, actor=doctor.user)
    change_state(booked, Step.ARRIVE, actor=doctor.user)
    deliver()
    assert (mail.outbox, news()[0][1]) == ([], State.STALE)


def test_an_expired_one_is_never_sent(booked, doctor, monday):
    announce_delay(doctor.practitioner, 30, actor=doctor.user)
    with time_machine.travel(on_monday(9, 31), tick=False):
        deliver()
    assert (mail.outbox, news()[0][1]) == ([], State.STALE)


def test_lifted_who_has_read_it_is_told_and_who_has_not_is_not(booked, doctor, owner, monday):
    announce_delay(doctor.practitioner, 30, actor=doctor.user)
    deliver()
    late_comer = AppointmentFactory(reason=doctor.reason, patient=owner.child, start_at=on_monday(9, 40))
    announce_delay(doctor.practitioner, 30, actor=doctor.user)  # one more visit, not yet sent
    answer = doctor.client.post(reverse("lift_delay", args=["vandamme"]), follow=True)
    assert "1 patient est prévenu" in answer.content.decode()
    deliver()
    assert [message.subject.replace("\u00a0", " ") for message in mail.outbox] == [
        "Environ 30 min de retard : venez plutôt vers 9 h 30",
        "Retard rattrapé : venez à 9 h, comme prévu",
    ]
    assert OutboxMessage.objects.filter(subject_id=late_comer.pk, kind="appointments.on_time").count() == 0
    assert Delay.objects.in_force().count() == 0
    assert "Un peu de retard" not in owner.client.get(reverse("my_space")).content.decode()
    assert lift_delay(doctor.practitioner, actor=doctor.user) == 0
    announce_delay(doctor.practitioner, 30, actor=doctor.user)  # again, after all
    deliver()
    assert len(mail.outbox) == 4


def test_a_delay_ends_with_its_day(booked, doctor, monday):
    announce_delay(doctor.practitioner, 30, actor=doctor.user)
    with time_machine.travel(monday + timedelta(days=1), tick=False):
        assert Delay.objects.minutes_of([doctor.practitioner.pk]) == {}


@pytest.mark.parametrize("minutes", [0, 4, 241, -30])
def test_impossible_lengths(doctor, minutes):
    with pytest.raises(DelayLength):
        announce_delay(doctor.practitioner, minutes, actor=doctor.user)


@pytest.mark.parametrize("minutes", ["", "x", "31", "9" * 30])
def test_lengths_that_are_not_offered(doctor, monday, minutes):
    for method in (doctor.client.get, doctor.client.post):
        assert method(reverse("delay"), {"qui": "vandamme", "minutes": minutes}).status_code == 422
    assert Delay.objects.count() == 0


def test_for_oneself_or_everybody_at_the_desk(booked, doctor, teammate, owner, monday):
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role=Role.SECRETARY)
    data = {"qui": "vandamme", "minutes": "15"}
    assert owner.client.get(reverse("delay")).status_code == 404
    assert owner.client.post(reverse("lift_delay", args=["vandamme"])).status_code == 404
    assert teammate.client.post(reverse("delay"), data).status_code == 422
    assert teammate.client.post(reverse("lift_delay", args=["vandamme"])).status_code == 404
    assert Delay.objects.count() == 0
    assert sign_in(desk).post(reverse("delay"), data).status_code == 302
    assert Delay.objects.get().announced_by == desk


def test_the_preview_asks_the_same_for_one_and_for_thirty(
    booked, doctor, monday, django_assert_max_num_queries
):
    counts = []
    doctor.client.get(reverse("delay"))  # the process learns the house
    for visits in (0, 30):
        for number in range(visits):
            AppointmentFactory(
                reason=doctor.reason, start_at=on_monday(10) + timedelta(minutes=number), is_overbooked=True
            )
        with django_assert_max_num_queries(15) as found:
            doctor.client.get(reverse("delay"), {"qui": "vandamme", "minutes": "30"})
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_row_and_one_message(booked, doctor, sunday):
    def announce() -> None:
        try:
            announce_delay(doctor.practitioner, 30, actor=doctor.user)
        finally:
            connection.close()

    with time_machine.travel(on_monday(8, 10), tick=False):
        threads = [threading.Thread(target=announce) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Delay.objects.count() == 1
        assert [line for line in news() if line[1] != State.CANCELLED] == [("late", "due", 30)]
        assert Appointment.objects.get().status == Status.BOOKED
