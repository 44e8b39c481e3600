"""Who comes without an appointment: two fields to wait, called in order, seen as an appointment from now on."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import Role
from appointments.actions.walk_in import (
    Move,
    NobodyWaits,
    QueueMoved,
    RecordNeeded,
    call_next,
    join_queue,
    move_walk_in,
    recognise,
    seat_walk_in,
)
from appointments.models import Appointment, Status, WalkIn
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.practitioners import PlaceFactory, ProfessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sunday):
    return with_role(Role.SECRETARY, email="accueil@example.org")


@pytest.fixture
def monday(doctor, teammate, owner):
    with time_machine.travel(on_monday(9), tick=False) as clock:
        for person in (doctor, teammate, owner):
            person.client.force_login(person.user)
        yield clock


def join(desk, name, **wanted) -> WalkIn:
    return join_queue(PlaceFactory(), name, actor=desk, **(wanted or {"profession": ProfessionFactory()}))


def names(client) -> list[str]:
    return [one.name for one in client.get(reverse("walk_ins")).context["queue"]]


def test_two_fields_are_enough(desk, doctor, monday):
    client = sign_in(desk)
    place = PlaceFactory()
    client.get(reverse("walk_ins"))
    data = {
        "venue-first_name": "Karim",
        "venue-wanted": f"n-{doctor.practitioner.pk}",
        "venue-place": place.pk,
    }
    assert client.post(reverse("walk_ins"), data).status_code == 302
    found = WalkIn.objects.get()
    assert (
        found.first_name,
        found.practitioner,
        found.profession,
        found.state,
        found.arrived_at,
        found.added_by,
    ) == (
        "Karim",
        doctor.practitioner,
        None,
        "waiting",
        on_monday(9),
        desk,
    )
    for wrong in ({"venue-first_name": ""}, {"venue-wanted": "n-0"}, {"venue-place": "x"}):
        assert client.post(reverse("walk_ins"), data | wrong).status_code == 422
    assert WalkIn.objects.count() == 1


def test_called_in_order_and_put_first(desk, doctor, monday):
    first, second, third = (join(desk, name) for name in ("Ana", "Bob", "Cléo"))
    move_walk_in(third, Move.FIRST, actor=desk)
    assert names(sign_in(desk)) == ["Cléo", "Ana", "Bob"]
    monday.shift(timedelta(minutes=12))
    called = call_next(WalkIn.objects.queue(), actor=doctor.user)
    assert (called, called.state, called.called_at, called.minutes) == (third, "called", on_monday(9, 12), 12)
    move_walk_in(called, Move.BACK, actor=desk)
    move_walk_in(first, Move.LEAVE, actor=desk)
    move_walk_in(second, Move.REDIRECT, actor=desk)
    states = dict(WalkIn.objects.values_list("first_name", "state"))
    assert states == {"Ana": "left", "Bob": "redirected", "Cléo": "waiting"}
    with pytest.raises(QueueMoved):
        move_walk_in(first, Move.CALL, actor=desk)
    assert AuditEvent.objects.filter(action__startswith="walk_in.").count() == 8


def test_nobody_waits(desk, monday):
    with pytest.raises(NobodyWaits):
        call_next(WalkIn.objects.queue(), actor=desk)
    answer = sign_in(desk).post(reverse("call_next"), follow=True)
    assert "Personne n’attend sans rendez-vous." in answer.text


def test_seen_as_an_appointment_from_now_on(desk, doctor, owner, monday):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))  # he is busy: above what fits
    found = join(desk, "Jeanne", practitioner=doctor.practitioner)
    monday.shift(timedelta(minutes=7, seconds=30))
    with pytest.raises(RecordNeeded):
        seat_walk_in(found, doctor.reason, actor=desk)
    client, page = sign_in(desk), reverse("walk_in", args=[found.pk])
    listed = client.post(page, {"step": "search", "naissance": "1980-03-14", "lettres": "lef"})
    assert owner.patient in listed.context["patients"]
    client.post(page, {"step": "recognise", "patient": owner.patient.pk})
    answer = client.post(page, {"step": "seat", "reason": doctor.reason.pk})
    assert answer.url == reverse("my_day") + "?qui=vandamme"
    visit = Appointment.objects.get(patient=owner.patient)
    assert (visit.status, visit.start_at, visit.arrived_at, visit.is_overbooked, visit.origin) == (
        Status.ARRIVED,
        on_monday(9, 7),
        on_monday(9),
        True,
        "desk",
    )
    found.refresh_from_db()
    assert (found.state, found.appointment, found.ended_at) == (
        "seen",
        visit,
        on_monday(9, 7) + timedelta(seconds=30),
    )
    assert OutboxMessage.objects.count() == 0
    assert client.get(page).status_code == 404


def test_a_person_already_with_somebody_is_refused_and_stays_in_the_queue(
    desk, doctor, teammate, owner, monday
):
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9))
    found = recognise(join(desk, "Jeanne"), owner.patient, actor=desk)
    answer = sign_in(desk).post(
        reverse("walk_in", args=[found.pk]), {"step": "seat", "reason": doctor.reason.pk}
    )
    assert answer.status_code == 409
    assert "a déjà un rendez-vous à cette heure" in answer.text
    found.refresh_from_db()
    assert (found.state, found.appointment) == ("waiting", None)


def test_who_sees_which_queue(desk, doctor, teammate, owner, visitor, monday):
    nurse = ProfessionFactory(name="infirmière", slug="infirmiere")
    hers = join(desk, "Ana", practitioner=teammate.practitioner)
    join(desk, "Bob")  # any general practitioner
    join(desk, "Cléo", profession=nurse)
    assert names(sign_in(desk)) == ["Ana", "Bob", "Cléo"]
    assert names(doctor.client) == ["Bob"]
    assert names(teammate.client) == ["Ana", "Bob"]
    assert owner.client.get(reverse("walk_ins")).status_code == 404
    for client in (doctor.client, owner.client):
        assert client.get(reverse("walk_in", args=[hers.pk])).status_code == 404
        assert client.post(reverse("move_walk_in", args=[hers.pk, "parti"])).status_code == 404
    assert teammate.client.post(reverse("move_walk_in", args=[hers.pk, "danse"])).status_code == 404
    assert "Bob" in doctor.client.get(reverse("my_day")).text
    # A professional seats with himself alone.
    bob = WalkIn.objects.get(first_name="Bob")
    recognise(bob, owner.patient, actor=desk)
    page = reverse("walk_in", args=[bob.pk])
    assert doctor.client.post(page, {"step": "seat", "reason": teammate.reason.pk}).status_code == 422


def test_a_record_that_one_may_not_open_is_not_attached(desk, doctor, owner, monday):
    found = join(desk, "Jeanne")
    for key in (str(owner.patient.pk), "x", "9" * 12):
        answer = doctor.client.post(
            reverse("walk_in", args=[found.pk]), {"step": "recognise", "patient": key}
        )
        assert answer.status_code == 404


def test_the_queue_ends_with_its_day(desk, monday):
    old = join(desk, "Ana")
    monday.shift(timedelta(days=1))
    assert list(WalkIn.objects.queue()) == []
    new = join(desk, "Bob")
    old.refresh_from_db()
    assert (old.state, new.day) == ("left", date(2026, 11, 24))


def test_the_same_queries_for_one_and_for_thirty(desk, monday, django_assert_max_num_queries):
    client = sign_in(desk)
    counts = []
    client.get(reverse("walk_ins"))
    for people in (1, 30):
        for number in range(people):
            join(desk, f"Personne {number}")
        with django_assert_max_num_queries(15) as found:
            client.get(reverse("walk_ins"))
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_who_call_at_once_call_two_people(desk, monday):
    for name in ("Ana", "Bob", "Cléo", "Dan"):
        join(desk, name)
    called: list[str] = []

    def call() -> None:
        try:
            called.append(call_next(WalkIn.objects.queue(), actor=desk).first_name)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(called) == ["Ana", "Bob", "Cléo", "Dan"]
