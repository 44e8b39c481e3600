"""From the tap on a slot to the confirmation, through the views."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Appointment, Status
from patients.models import Patient, Proxy
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.appointments import AbsenceFactory, AppointmentFactory


def tap(client, reason, start, **more):
    return client.post(reverse("hold_slot"), {"slot": f"{reason.pk}.{int(start.timestamp())}", **more})


def hold_page(client, doctor, start=None) -> str:
    response = tap(client, doctor.reason, start or on_monday(9))
    assert response.status_code == 302
    return response["Location"]


def alert_of(response) -> str:
    main = response.content.decode().split("<h1", 1)[1]
    found = re.search(r'role="alert">(.*?)</div>\s*</div>', main, re.DOTALL)
    assert found, "no alert on the page"
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def offered(response) -> list[str]:
    return re.findall(r'<time datetime="([^"]+)"', response.content.decode())


IDENTITY = {
    "birth_first_names": "Zoé",
    "birth_name": "Hermant",
    "birth_date": "14/03/1990",
    "sex": "female",
    "phone": "06 12 34 56 78",
}


def part(prefix, **changes):
    return {f"{prefix}-{name}": value for name, value in {**IDENTITY, **changes}.items()}


def test_a_visitor_holds_then_is_asked_who_he_is(visitor, doctor):
    page = hold_page(visitor, doctor)
    response = visitor.get(page)
    text = response.content.decode()
    assert response.status_code == 200
    assert f"{reverse('account_login')}?next={page}" in text
    assert f"{reverse('account_signup')}?next={page}" in text
    assert Appointment.objects.get().status == Status.HELD


def test_the_hold_survives_signing_in(visitor, owner, doctor):
    page = hold_page(visitor, doctor)
    visitor.force_login(owner.user)
    response = visitor.get(page)
    assert 'data-testid="book"' in response.content.decode()


def test_booking_for_oneself_or_a_child(owner, doctor):
    for person, hour in ((owner.patient, 8), (owner.child, 9)):
        page = hold_page(owner.client, doctor, on_monday(hour))
        response = owner.client.post(page, {"whom": person.pk, "patient_message": ""})
        appointment = Appointment.objects.get(patient=person)
        assert response["Location"] == reverse("appointment", args=[appointment.reference])
        assert (appointment.status, appointment.start_at) == (Status.BOOKED, on_monday(hour))


def test_a_newcomer_says_who_he_is_on_the_same_page(newcomer, doctor):
    page = hold_page(newcomer.client, doctor)
    response = newcomer.client.post(page, {"whom": "moi", **part("moi")})
    appointment = Appointment.objects.get()
    assert response["Location"] == reverse("appointment", args=[appointment.reference])
    assert (appointment.patient.display_name, appointment.patient.birth_date) == (
        "Zoé Hermant",
        date(1990, 3, 14),
    )
    assert list(Proxy.objects.values_list("user", "relation", "state")) == [
        (newcomer.user.pk, "self", "active")
    ]


def test_a_new_child_is_added_on_the_way(owner, doctor):
    page = hold_page(owner.client, doctor)
    data = {"whom": "proche", **part("proche", birth_date="01/09/2022", relation="child")}
    owner.client.post(page, data)
    appointment = Appointment.objects.get()
    assert appointment.patient.birth_date == date(2022, 9, 1)
    assert Proxy.objects.get(patient=appointment.patient).until == date(2040, 9, 1)


def test_an_adult_relative_is_confirmed_first(owner, doctor):
    before = Patient.objects.count()
    page = hold_page(owner.client, doctor)
    data = {"whom": "proche", **part("proche", birth_date="01/09/1950", relation="parent")}
    response = owner.client.post(page, data)
    assert response.status_code == 422
    assert "la maison de santé doit d’abord confirmer" in alert_of(response)
    assert (Patient.objects.count(), Appointment.objects.get().status) == (before, Status.HELD)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Dites pour qui est ce rendez-vous."),
        ({"whom": "999999"}, "Choisissez une personne de la liste."),
        ({"whom": "moi\x00"}, "Choisissez une personne de la liste."),
        ({"whom": "proche"}, "Indiquez la date de naissance."),
        ({"whom": "proche", **part("proche", birth_date="31/02/2020", relation="child")}, "14/03/1980"),
    ],
)
def test_bad_input_is_explained_and_keeps_what_was_typed(owner, doctor, data, sentence):
    page = hold_page(owner.client, doctor)
    response = owner.client.post(page, {**data, "patient_message": "avec ma canne"})
    text = response.content.decode()
    assert response.status_code == 422
    assert sentence in text
    assert "avec ma canne" in text
    assert Appointment.objects.get().status == Status.HELD


def test_somebody_elses_patient_cannot_be_named(owner, outsider, doctor):
    page = hold_page(owner.client, doctor)
    response = owner.client.post(page, {"whom": outsider.patient.pk})
    assert response.status_code == 422
    assert Appointment.objects.get().patient is None


def test_sending_the_form_twice_ends_on_the_same_confirmation(owner, doctor):
    page = hold_page(owner.client, doctor)
    answers = {owner.client.post(page, {"whom": owner.patient.pk})["Location"] for _ in range(2)}
    assert answers == {reverse("appointment", args=[Appointment.objects.get().reference])}
    assert owner.client.get(page)["Location"] in answers


def test_another_visitor_cannot_see_or_use_the_hold(visitor, owner, outsider, doctor):
    page = hold_page(owner.client, doctor)
    for client in (visitor, outsider.client):
        assert client.get(page).status_code == 404
        assert client.post(page, {"whom": outsider.patient.pk}).status_code == 404
        for name in ("release_hold", "loosen_hold", "keep_hold"):
            reference = Appointment.objects.get().reference
            assert client.post(reverse(name, args=[reference])).status_code == 404
    assert Appointment.objects.get().status == Status.HELD


def test_the_loser_of_a_race_is_offered_the_three_nearest(owner, outsider, doctor):
    hold_page(owner.client, doctor)
    response = tap(outsider.client, doctor.reason, on_monday(9))
    assert response.status_code == 409
    assert alert_of(response) == "Ce créneau vient d’être pris. Voici les plus proches encore libres."
    assert offered(response) == [
        "2026-11-23T08:20+01:00",
        "2026-11-23T08:40+01:00",
        "2026-11-23T09:20+01:00",
    ]


def test_an_expired_hold_says_so_and_offers_it_again(owner, doctor):
    page = hold_page(owner.client, doctor)
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=10), tick=False):
        for response in (owner.client.get(page), owner.client.post(page, {"whom": owner.patient.pk})):
            assert response.status_code == 409
            assert "Les 10 minutes sont passées" in alert_of(response)
            assert "2026-11-23T09:00+01:00" in offered(response)


def test_a_closed_opening_says_so(owner, doctor):
    page = hold_page(owner.client, doctor)
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(8), end_at=on_monday(9, 40))
    response = owner.client.post(page, {"whom": owner.patient.pk})
    assert response.status_code == 409
    assert "vient de fermer ce créneau" in alert_of(response)
    assert offered(response) == ["2026-11-23T09:40+01:00"]


def test_a_person_who_may_not_come_is_listed_with_the_reason_why(owner, doctor):
    type(doctor.reason).objects.update(min_age=16)
    text = owner.client.get(hold_page(owner.client, doctor)).content.decode()
    assert "Ce motif est proposé à partir de 16 ans." in text
    assert re.search(rf'id="whom-{owner.child.pk}"[^>]*\sdisabled', text)


def test_a_limit_reached_says_so(owner, doctor):
    type(doctor.reason).objects.update(max_coming_per_patient=1)
    AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(8))
    page = hold_page(owner.client, doctor)
    response = owner.client.post(page, {"whom": owner.patient.pk})
    assert response.status_code == 422
    assert "le maximum permis" in alert_of(response)


@pytest.mark.parametrize("value", ["", "x", "1", "1.", ".1", "1.x", "9" * 30 + ".1", "1." + "9" * 30, "².1"])
def test_a_slot_that_nobody_wrote_is_missing(visitor, doctor, value):
    assert visitor.post(reverse("hold_slot"), {"slot": value}).status_code == 404


def test_looking_never_holds(visitor, doctor):
    assert visitor.get(reverse("hold_slot")).status_code == 405
    assert Appointment.objects.count() == 0


def test_giving_the_slot_back_leads_to_the_search(visitor, doctor):
    hold_page(visitor, doctor)
    held = Appointment.objects.get()
    for back, expected in (
        ("https://evil.example/", f"{reverse('find')}?motif={doctor.reason.category.slug}"),
        ("/rendez-vous/?ou=video", "/rendez-vous/?ou=video"),
    ):
        response = visitor.post(reverse("release_hold", args=[held.reference]), {"retour": back})
        assert response["Location"] == expected
    held.refresh_from_db()
    assert held.status == Status.LAPSED


def test_the_page_keeps_and_loosens_the_hold(visitor, doctor):
    hold_page(visitor, doctor)
    reference = Appointment.objects.get().reference
    assert visitor.post(reverse("loosen_hold", args=[reference])).status_code == 204
    assert Appointment.objects.get().held_until == SUNDAY_NOON + timedelta(seconds=20)
    assert visitor.post(reverse("keep_hold", args=[reference])).status_code == 204
    assert Appointment.objects.get().held_until == SUNDAY_NOON + timedelta(minutes=10)
    visitor.post(reverse("release_hold", args=[reference]))
    assert visitor.post(reverse("keep_hold", args=[reference])).status_code == 410


class TestTheAppointmentPage:
    def test_the_owner_reads_it(self, owner, booked):
        text = owner.client.get(reverse("appointment", args=[booked.reference])).content.decode()
        assert f'data-testid="appointment-reference">{booked.reference}<' in text
        for name in ("appointment_ics", "move_appointment", "cancel_appointment"):
            assert reverse(name, args=[booked.reference]) in text

    def test_others_do_not(self, outsider, teammate, newcomer, visitor, booked):
        for name in ("appointment", "appointment_ics", "move_appointment"):
            url = reverse(name, args=[booked.reference])
            for person in (outsider, teammate, newcomer):
                assert person.client.get(url).status_code == 404
            assert visitor.get(url)["Location"] == f"{reverse('account_login')}?next={quote(url, safe='')}"

    def test_a_proxy_that_ended_closes_the_page(self, owner, doctor):
        appointment = AppointmentFactory(reason=doctor.reason, patient=owner.child, start_at=on_monday(8))
        url = reverse("appointment", args=[appointment.reference])
        assert owner.client.get(url).status_code == 200
        Proxy.objects.filter(patient=owner.child).update(state="ended")
        assert owner.client.get(url).status_code == 404

    def test_the_calendar_file(self, owner, booked):
        response = owner.client.get(reverse("appointment_ics", args=[booked.reference]))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"UID:{booked.ics_uid}".encode() in response.content

    def test_too_late_to_change(self, owner, booked):
        with time_machine.travel(on_monday(6), tick=False):
            client = sign_in(owner.user)
            text = client.get(reverse("appointment", args=[booked.reference])).content.decode()
            assert "Trop proche pour être changé en ligne" in text
            response = client.get(reverse("move_appointment", args=[booked.reference]))
            assert response.status_code == 409
            assert "ne peut plus être déplacé" in alert_of(response)


class TestMoving:
    def test_another_time_for_the_same_appointment(self, owner, doctor, booked):
        page = owner.client.get(reverse("move_appointment", args=[booked.reference]))
        assert "2026-11-23T08:00:00+01:00" in offered(page)
        confirm = tap(owner.client, doctor.reason, on_monday(8), moving=booked.reference)["Location"]
        assert "Déplacer ce rendez-vous" in owner.client.get(confirm).content.decode()
        booked.refresh_from_db()
        assert booked.start_at == on_monday(9)
        done = owner.client.post(confirm)
        assert done["Location"] == reverse("appointment", args=[booked.reference])
        booked.refresh_from_db()
        assert (booked.start_at, booked.sequence) == (on_monday(8), 1)

    def test_nobody_moves_somebody_elses(self, outsider, doctor, booked):
        response = tap(outsider.client, doctor.reason, on_monday(8), moving=booked.reference)
        assert response.status_code == 404
        assert Appointment.objects.filter(status=Status.HELD).count() == 0

    def test_the_reason_stays_the_same(self, owner, teammate, booked):
        response = tap(owner.client, teammate.reason, on_monday(8), moving=booked.reference)
        assert response.status_code == 404
