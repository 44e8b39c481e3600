"""Nobody comes to a closed door: the worklist, and what is done with it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.actions.declare_absence import declare_absence
from appointments.models import Absence, Disruption, Status
from appointments.models.disruption import Outcome
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranded(booked, doctor):
    declare_absence(
        Absence(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(10)),
        actor=doctor.user,
    )
    return booked


def lines(client):
    return [line.appointment for line, _offer in client.get(reverse("disruptions")).context["lines"]]


def test_seen_by_the_practitioner_and_the_desk(stranded, doctor, teammate, outsider):
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    assert lines(doctor.client) == lines(sign_in(user)) == [stranded]
    assert lines(teammate.client) == []
    assert outsider.client.get(reverse("disruptions")).status_code == 404


def test_kept(stranded, doctor):
    doctor.client.post(reverse("keep_disrupted", args=[stranded.reference]))
    disruption = Disruption.objects.get()
    assert (disruption.outcome, disruption.settled_by) == (Outcome.KEPT, doctor.user)
    stranded.refresh_from_db()
    assert (stranded.status, lines(doctor.client)) == (Status.BOOKED, [])


def test_cancelled_and_told(stranded, doctor):
    doctor.client.post(reverse("cancel_disrupted", args=[stranded.reference]))
    stranded.refresh_from_db()
    assert (stranded.status, stranded.cancelled_by) == (Status.CANCELLED, doctor.user)
    assert Disruption.objects.get().outcome == Outcome.CANCELLED


def test_moved_with_the_patient_on_the_telephone(stranded, doctor):
    tuesday = OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(8) + timedelta(days=1))
    url = reverse("move_disrupted", args=[stranded.reference])
    slots = doctor.client.get(url).context["slots"]
    assert slots[0].start_at == tuesday.start_at
    assert doctor.client.post(url, {"slot": slots[0].value}).status_code == 302
    stranded.refresh_from_db()
    disruption = Disruption.objects.get()
    assert (stranded.start_at, stranded.status, stranded.sequence) == (tuesday.start_at, Status.BOOKED, 1)
    assert (disruption.outcome, disruption.settled_by, lines(doctor.client)) == (
        Outcome.MOVED,
        doctor.user,
        [],
    )


@pytest.mark.parametrize("slot", ["", "x", "1.x", "1.99999999999", "1.4102444800", "1." + "9" * 40])
def test_moved_to_nowhere(stranded, doctor, slot):
    url = reverse("move_disrupted", args=[stranded.reference])
    response = doctor.client.post(url, {"slot": slot})
    assert response.status_code == 409
    assert 'role="alert"' in response.text
    assert lines(doctor.client) == [stranded]


@pytest.mark.parametrize("name", ["keep_disrupted", "cancel_disrupted"])
def test_not_by_others_and_not_by_looking(stranded, doctor, teammate, owner, name):
    url = reverse(name, args=[stranded.reference])
    assert doctor.client.get(url).status_code == 405
    for person in (teammate, owner):
        assert person.client.post(url).status_code == 404
    stranded.refresh_from_db()
    assert (stranded.status, Disruption.objects.open().count()) == (Status.BOOKED, 1)


def test_as_many_queries_for_one_as_for_thirty(
    stranded, doctor, django_assert_max_num_queries, django_assert_num_queries
):
    doctor.client.get(reverse("disruptions"))
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(reverse("disruptions"))
    for number in range(29):
        visit = AppointmentFactory(
            reason=doctor.reason, start_at=on_monday(9 + number // 2, 20 * (1 + number % 2))
        )
        Disruption.objects.create(appointment=visit, cause="absence")
    with django_assert_num_queries(len(first)):
        assert len(lines(doctor.client)) == 30
