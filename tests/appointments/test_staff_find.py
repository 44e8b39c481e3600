"""A time over the whole house, then the person: filters, pages, a rule set aside with a reason, a fixed cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role, User
from appointments.models import Appointment, Opening, VisitReason
from core.audit.models import AuditEvent
from tests.cast import MONDAY, make_doctor, on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory
from tests.house.test_hostile import NASTY

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sunday) -> User:
    return with_role(Role.SECRETARY, email="accueil@example.org")


@pytest.fixture
def caller(db, sunday):
    return PatientFactory(birth_name="Deroo", email="", phone="")


def value(doctor, hour, minute=0):
    return f"{doctor.reason.pk}.{int(on_monday(hour, minute).timestamp())}"


def search(client, **asked):
    answer = client.get(reverse("staff_find"), asked)
    return [(slot.reason, slot.start_at) for slot in answer.context["found"].slots]


def test_filters(doctor, teammate, desk):
    client = sign_in(desk)
    third = make_doctor("Deroo")
    annexe = PlaceFactory(name="Annexe")
    OpeningFactory(practitioner=third.practitioner, place=annexe, start_at=on_monday(14) + timedelta(days=1))
    assert len(search(client)) == 30
    both = search(client, praticien=[doctor.practitioner.slug, teammate.practitioner.slug])
    assert {reason for reason, _at in both} == {doctor.reason, teammate.reason}
    assert search(client, lieu=annexe.pk)[0] == (third.reason, on_monday(14) + timedelta(days=1))
    assert len(search(client, jours=[1])) == 12
    assert len(search(client, jours=[0, 1], moment="apres-midi")) == 12
    assert search(client, jours=[4]) == []
    assert len(search(client, du="mardi")) == 12
    assert search(client, du="dans 2 semaines") == []


def test_what_is_not_a_date_is_said_and_kept(desk, doctor):
    answer = sign_in(desk).get(reverse("staff_find"), {"du": "bientôt"})
    assert answer.status_code == 422
    assert "dans 3 semaines" in answer.text
    assert 'value="bientôt"' in answer.text


def test_pages_in_order_of_time(desk, doctor):
    Opening.objects.update(end_at=on_monday(22))
    client = sign_in(desk)
    first, second = search(client), search(client, page=2)
    assert (len(first), len(second)) == (40, 2)
    assert [at for _r, at in first + second] == sorted(at for _r, at in first + second)
    assert search(client, page=99) == second
    assert "Plus tard" in client.get(reverse("staff_find")).text


def test_the_cost_is_the_same_at_any_size(
    desk, doctor, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in(desk)
    client.get(reverse("staff_find"))
    with django_assert_max_num_queries(8) as captured:
        client.get(reverse("staff_find"))
    for number in range(6):
        make_doctor(f"Caron{number}")
    with django_assert_num_queries(len(captured)):
        assert len(client.get(reverse("staff_find")).context["found"].slots) == 40


def test_only_who_works_here(owner, visitor, doctor):
    for address in (reverse("staff_find"), reverse("slot_for_whom")):
        assert owner.client.get(address).status_code == 404
        assert visitor.get(address).status_code == 302
        assert doctor.client.get(address).status_code in (200, 302)


def test_a_time_then_the_person(desk, doctor, caller):
    client = sign_in(desk)
    address = f"{reverse('slot_for_whom')}?slot={value(doctor, 9)}"
    page = client.get(address)
    assert "9\xa0h" in page.text
    found = client.post(address, {"born": f"{caller.birth_date:%d/%m/%Y}", "letters": "der"})
    book = reverse("book_for_patient", args=[caller.pk])
    assert book in found.text
    client.post(book, {"slot": value(doctor, 9)})
    booked = Appointment.objects.get()
    assert (booked.patient, booked.start_at, booked.origin) == (caller, on_monday(9), "phone")
    assert "slot_in_hand" not in client.session


def test_the_chosen_time_waits_for_a_new_record(desk, doctor, caller):
    client = sign_in(desk)
    address = f"{reverse('slot_for_whom')}?slot={value(doctor, 9)}"
    empty = client.post(address, {"born": "01/02/1999", "letters": ""})
    assert reverse("create_patient") in empty.text
    waiting = client.get(reverse("book_for_patient", args=[caller.pk]))
    assert waiting.context["in_hand"].start_at == on_monday(9)
    assert client.post(address, {"born": "hier"}).status_code == 422


def test_a_time_that_is_gone_leads_back(desk, doctor):
    client = sign_in(desk)
    for wrong in ("", "x", "1.2.3", value(doctor, 23), f"99999.{int(on_monday(9).timestamp())}"):
        assert client.get(reverse("slot_for_whom"), {"slot": wrong}).url == reverse("staff_find")


def test_a_rule_is_said_and_set_aside_with_a_reason(desk, doctor, caller):
    VisitReason.objects.update(max_age=6)
    client = sign_in(desk)
    book = reverse("book_for_patient", args=[caller.pk])
    warned = client.post(book, {"slot": value(doctor, 9), "origin": "desk"})
    assert (warned.status_code, Appointment.objects.count()) == (409, 0)
    assert "jusqu’à 6\xa0ans" in warned.text
    empty = client.post(book, {"slot": value(doctor, 9), "origin": "desk", "despite": ""})
    assert (empty.status_code, Appointment.objects.count()) == (409, 0)
    client.post(book, {"slot": value(doctor, 9), "origin": "desk", "despite": "Vu avec le Dr"})
    assert Appointment.objects.get().origin == "desk"
    line = AuditEvent.objects.get(action="appointment.booked")
    assert line.reason == "Vu avec le Dr"
    assert "jusqu’à 6\xa0ans" in line.detail["despite"]


def test_a_typed_time_is_warned_too(desk, doctor, caller):
    VisitReason.objects.update(max_age=6)
    client = sign_in(desk)
    book = reverse("book_for_patient", args=[caller.pk])
    typed = {
        "typed": "1",
        "typed-reason": doctor.reason.pk,
        "typed-day": f"{MONDAY:%Y-%m-%d}",
        "typed-hour": "20:00",
        "typed-place": doctor.practitioner.openings.get().place_id,
        "typed-why": "Vu avec le Dr",
    }
    warned = client.post(book, typed)
    assert (warned.status_code, Appointment.objects.count()) == (422, 0)
    assert "jusqu’à 6\xa0ans" in warned.text
    client.post(book, typed | {"typed-despite": "on"})
    assert Appointment.objects.get().start_at == on_monday(20)


@pytest.mark.parametrize("value", NASTY)
def test_nothing_typed_breaks_the_search(desk, doctor, caller, value):
    client = sign_in(desk)
    fields = ("motif", "profession", "lieu", "du", "au", "moment", "jours", "praticien", "page")
    found = [client.get(reverse("staff_find"), {name: value}) for name in fields]
    found.append(client.get(reverse("slot_for_whom"), {"slot": value}))
    found.append(client.post(reverse("book_for_patient", args=[caller.pk]), {"slot": value}))
    assert {answer.status_code for answer in found} <= {200, 302, 409, 422}
    assert not Appointment.objects.exists()
