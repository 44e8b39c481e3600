"""« Je suis arrivé » : when, at which door, by what one knows; outsiders learn nothing, looking writes nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments import check_in
from appointments.actions.check_in import NotNow
from appointments.actions.check_in import check_in as say_arrived
from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db

JEANNE = {"birth_date": "1980-03-14", "letters": "lef"}


@pytest.fixture
def at_the_door(booked, owner):
    """Monday, a quarter to nine; she is expected at nine."""
    cache.clear()  # how often this door was tried by the test before
    with time_machine.travel(on_monday(8, 45), tick=False):
        owner.client.force_login(owner.user)
        yield reverse("door", args=[booked.place_id])


def state(appointment: Appointment) -> tuple[str, object]:
    appointment.refresh_from_db()
    return appointment.status, appointment.arrived_at


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(-61, False), (-60, True), (0, True), (30, True), (31, False), (-1440, False)]
)
def test_from_an_hour_before_to_half_an_hour_after(booked, owner, minutes, is_open):
    now = on_monday(9) + timedelta(minutes=minutes)
    with time_machine.travel(now, tick=False):
        assert check_in.is_open(booked, now) is is_open
        assert list(check_in.visits_now(now, booked.place_id)) == ([booked] if is_open else [])
        if is_open:
            say_arrived(booked, actor=owner.user)
            assert state(booked) == (Status.ARRIVED, now)
        else:
            with pytest.raises(NotNow):
                say_arrived(booked, actor=owner.user)
            assert state(booked) == (Status.BOOKED, None)


def test_by_birth_date_and_letters_without_account(booked, visitor, at_the_door):
    booked.room = RoomFactory(place=booked.place, name="Cabinet 3", floor_note="1er étage")
    booked.save()
    assert visitor.get(at_the_door).status_code == 200
    assert state(booked) == (Status.BOOKED, None)
    answer = visitor.post(at_the_door, JEANNE, follow=True)
    assert answer.redirect_chain == [(reverse("door_waiting", args=[booked.place_id]), 302)]
    assert state(booked) == (Status.ARRIVED, on_monday(8, 45))
    page = answer.content.decode()
    assert "On vous attend" in page
    assert "Cabinet 3, 1er étage" in page
    for hidden in ("Jeanne", "Lefebvre", "Vandamme", "Consultation", booked.reference):
        assert hidden not in page
    line = AuditEvent.objects.get(action="appointment.arrived")
    assert (line.actor_id, line.actor_label, line.patient_id) == (None, "visiteur", booked.patient_id)


def test_by_reference_as_people_type_it(booked, visitor, at_the_door):
    typed = f" {booked.reference.replace('-', '').lower()} "
    assert visitor.post(at_the_door, {"reference": typed}).status_code == 302
    assert state(booked)[0] == Status.ARRIVED


def test_the_link_of_the_message_fills_the_reference_in_and_tells_nothing(booked, visitor, at_the_door):
    page = visitor.get(at_the_door, {"r": booked.reference}).content.decode()
    assert f'value="{booked.reference}"' in page
    assert "Lefebvre" not in page
    assert state(booked)[0] == Status.BOOKED


def test_twice_is_once(booked, visitor, owner, at_the_door):
    visitor.post(at_the_door, JEANNE)
    with time_machine.travel(on_monday(8, 50), tick=False):
        assert visitor.post(at_the_door, JEANNE).status_code == 302
        owner.client.post(reverse("arrive", args=[booked.reference]))
    assert state(booked) == (Status.ARRIVED, on_monday(8, 45))
    assert AuditEvent.objects.filter(action="appointment.arrived").count() == 1


def test_outsiders_read_the_same_words_whatever_the_truth(booked, doctor, visitor, at_the_door):
    """A stranger, a visit of this afternoon, another place, a wrong letter, twins: one answer."""
    AppointmentFactory(
        reason=doctor.reason, patient=PatientFactory(birth_date="1950-01-01"), start_at=on_monday(16)
    )
    other = reverse("door", args=[PlaceFactory(name="Annexe").pk])
    for patient in ("Paul", "Luc"):
        twin = PatientFactory(birth_name="Martin", birth_first_names=patient, birth_date="2001-02-03")
        AppointmentFactory(
            reason=doctor.reason, patient=twin, start_at=on_monday(9, 20 if patient == "Luc" else 40)
        )
    tries = [
        (at_the_door, {"birth_date": "1999-09-09", "letters": "abc"}),
        (at_the_door, {"birth_date": "1950-01-01", "letters": "lef"}),
        (at_the_door, {"birth_date": "1980-03-14", "letters": "lxf"}),
        (at_the_door, {"birth_date": "1980-03-14", "letters": "l"}),
        (at_the_door, {"birth_date": "2001-02-03", "letters": "mar"}),
        (at_the_door, {"reference": "ABCD-2345"}),
        (at_the_door, {"reference": "\x00' OR 1=1"}),
        (other, JEANNE),
    ]
    sentences = []
    for address, data in tries:
        answer = visitor.post(address, data)
        assert answer.status_code == 422
        sentences.append(answer.context.get("sentence"))
    assert set(sentences[:6]) | set(sentences[7:]) == {sentences[0]}
    assert set(Appointment.objects.values_list("status", flat=True)) == {Status.BOOKED}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "birth_date letters"),
        ({"birth_date": "1980-03-14"}, "letters"),
        ({"letters": "lef"}, "birth_date"),
        ({"birth_date": "demain", "letters": "lef"}, "birth_date"),
        ({"birth_date": "2090-01-01", "letters": "lef"}, "birth_date"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(booked, visitor, at_the_door, data, field):
    answer = visitor.post(at_the_door, data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == field.split()


def test_one_person_is_not_looked_for_ten_times(booked, visitor, at_the_door, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"check_in": {"key": "3/1h", "address": "100/1h"}}
    wrong = JEANNE | {"letters": "xyz"}
    assert [visitor.post(at_the_door, wrong).status_code for _ in range(4)] == [422, 422, 422, 429]
    assert visitor.post(at_the_door, JEANNE).status_code == 429
    assert state(booked)[0] == Status.BOOKED


def test_signed_in_one_tap_for_oneself_and_a_child(booked, owner, outsider, doctor, at_the_door):
    hers = AppointmentFactory(reason=doctor.reason, patient=owner.child, start_at=on_monday(9, 20))
    page = owner.client.get(at_the_door).content.decode()
    assert page.count('data-testid="arrive-form"') == 2
    outsider.client.force_login(outsider.user)
    assert outsider.client.get(at_the_door).content.decode().count('data-testid="arrive-form"') == 0
    assert outsider.client.post(reverse("arrive", args=[hers.reference])).status_code == 404
    assert owner.client.get(reverse("arrive", args=[hers.reference])).status_code == 405
    answer = owner.client.post(reverse("arrive", args=[hers.reference]), follow=True)
    assert "On vous attend" in answer.content.decode()
    assert (state(hers)[0], state(booked)[0]) == (Status.ARRIVED, Status.BOOKED)


def test_the_tap_is_taken_without_script(booked, owner, at_the_door):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner.user)
    form = re.search(
        r'<form [^>]*data-testid="arrive-form".*?</form>', browser.get(at_the_door).text, re.DOTALL
    )[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', form))
    answer = browser.post(re.search(r'action="([^"]+)"', form)[1], fields)
    assert (answer.status_code, state(booked)[0]) == (302, Status.ARRIVED)


def test_in_the_own_space_on_the_day_and_not_before(booked, owner):
    space = reverse("my_space")
    assert "arrive-form" not in owner.client.get(space).content.decode()
    with time_machine.travel(on_monday(9, 10), tick=False):
        owner.client.force_login(owner.user)
        assert "arrive-form" in owner.client.get(space).content.decode()
        assert (
            "arrive-form"
            in owner.client.get(reverse("appointment", args=[booked.reference])).content.decode()
        )
        owner.client.post(reverse("arrive", args=[booked.reference]))
        assert "On vous attend" in owner.client.get(space).content.decode()


def test_too_late_is_said_with_the_way_out(booked, owner):
    with time_machine.travel(on_monday(9, 31), tick=False):
        owner.client.force_login(owner.user)
        answer = owner.client.post(reverse("arrive", args=[booked.reference]))
        assert answer.status_code == 409
        assert "adressez-vous à l’accueil" in answer.content.decode()


def test_the_waiting_page_belongs_to_who_scanned(booked, visitor, at_the_door):
    visitor.post(at_the_door, JEANNE)
    waiting = reverse("door_waiting", args=[booked.place_id])
    assert visitor.get(waiting).status_code == 200
    assert Client().get(waiting).status_code == 302
    with time_machine.travel(on_monday(8) + timedelta(days=1), tick=False):
        assert visitor.get(waiting).status_code == 302


def test_a_sensitive_visit_names_no_room(booked, visitor, at_the_door):
    booked.room = RoomFactory(place=booked.place, name="Bureau du CSAPA")
    booked.save()
    booked.reason.is_sensitive = True
    booked.reason.save()
    page = visitor.post(at_the_door, JEANNE, follow=True).content.decode()
    assert "On vous attend" in page
    assert "CSAPA" not in page


def test_the_poster_is_for_the_desk(booked, doctor, owner, settings):
    settings.PUBLIC_URL = "https://msp.example/"
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role=Role.SECRETARY)
    poster = reverse("door_poster", args=[booked.place_id])
    answer = sign_in(desk).get(poster)
    assert answer.context["address"] == f"https://msp.example/arrivee/{booked.place_id}/"
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in answer.content.decode()
    assert doctor.client.get(poster).status_code == 404
    assert owner.client.get(poster).status_code == 404
    assert sign_in(desk).get(reverse("door_poster", args=[999_999])).status_code == 404
    assert Client().get(reverse("door", args=[999_999])).status_code == 404


def test_the_door_asks_the_same_of_the_database_for_one_and_for_thirty(booked, visitor, doctor, at_the_door):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            visitor.post(at_the_door, JEANNE | {"letters": "xyz"})
        return len(found)

    visitor.get(at_the_door)
    alone = queries()
    for minute in range(30):
        AppointmentFactory(
            reason=doctor.reason, start_at=on_monday(8, 50) + timedelta(seconds=minute), is_overbooked=True
        )
    assert queries() == alone
