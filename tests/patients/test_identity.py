"""Who one is, seen and changed by oneself."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent
from core.clock import now
from patients.actions.update_identity import update_identity
from patients.models import Patient
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db

NAMES = {
    "part": "identity",
    "identity-birth_first_names": "Jeanne",
    "identity-birth_name": "Lefebvre",
    "identity-used_name": "",
    "identity-birth_date": "14/03/1980",
    "identity-sex": "female",
}


def trusted() -> Patient:
    return PatientFactory(
        ins_number="295109912611193", ins_retrieved=True, identity_checked=True, used_name="Roussel"
    )


def test_a_new_account_says_who_it_is():
    user = UserFactory(first_name="", last_name="")
    client = signed_in(user)
    assert client.get(reverse("my_identity")).status_code == 200
    answer = client.post(
        reverse("my_identity"),
        {
            "birth_first_names": "Jeanne",
            "birth_name": "Lefebvre",
            "birth_date": "14/03/1980",
            "sex": "female",
        },
    )
    patient = Patient.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("identity", args=[patient.pk]))
    assert client.get(reverse("my_identity"))["Location"] == reverse("identity", args=[patient.pk])


def test_what_is_wrong_is_said_beside_its_field(owner, patient):
    answer = signed_in(owner).post(
        reverse("identity", args=[patient.pk]), {**NAMES, "identity-birth_date": "31/02/1980"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Écrivez la date comme ceci" in text
    assert 'role="alert"' in text


def test_a_strict_trait_drops_the_trust():
    patient, actor = trusted(), UserFactory()
    assert patient.identity_status == "QUAL"
    changed = update_identity(patient, {"birth_date": date(1980, 3, 15)}, actor=actor)
    changed.refresh_from_db()
    assert (changed.identity_status, changed.ins_number, changed.birth_date) == (
        "PROV",
        "",
        date(1980, 3, 15),
    )
    event = AuditEvent.objects.get()
    assert (event.action, event.patient_id, event.detail) == (
        "patient.identity_changed",
        patient.pk,
        {"fields": ["birth_date"]},
    )


def test_usual_names_and_contact_do_not():
    patient, actor = trusted(), UserFactory()
    update_identity(patient, {"used_name": "Delattre", "city": "Laventie"}, actor=actor)
    patient.refresh_from_db()
    assert (patient.identity_status, patient.used_name, patient.city) == ("QUAL", "Delattre", "Laventie")


def test_saving_the_same_again_changes_and_writes_nothing():
    patient = trusted()
    update_identity(patient, {"birth_name": patient.birth_name}, actor=UserFactory())
    patient.refresh_from_db()
    assert patient.identity_status == "QUAL"
    assert AuditEvent.objects.count() == 0


def test_the_two_forms_save_each_on_its_own(owner, patient):
    client, url = signed_in(owner), reverse("identity", args=[patient.pk])
    Patient.objects.filter(pk=patient.pk).update(email_bounced_at=now(), phone_failed_at=now())
    client.post(url, {**NAMES, "identity-used_name": "Roussel"})
    patient.refresh_from_db()
    assert (patient.used_name, str(patient.phone)) == ("Roussel", "+33612345678")
    client.post(
        url,
        {
            "part": "contact",
            "contact-email": "jeanne@example.org",
            "contact-phone": "06 98 76 54 32",
            "contact-address": "4 rue des Tilleuls",
            "contact-postal_code": "62 840",
            "contact-city": "Laventie",
        },
    )
    patient.refresh_from_db()
    assert (patient.email, str(patient.phone), patient.postal_code, patient.used_name) == (
        "jeanne@example.org",
        "+33698765432",
        "62840",
        "Roussel",
    )
    assert (patient.email_bounced_at, patient.phone_failed_at) == (None, None)


def test_a_name_may_be_emptied(owner, patient):
    Patient.objects.filter(pk=patient.pk).update(used_name="Roussel")
    signed_in(owner).post(reverse("identity", args=[patient.pk]), NAMES)
    patient.refresh_from_db()
    assert patient.used_name == ""


@pytest.mark.parametrize("typed", ["6284", "abcde", "628400"])
def test_a_postal_code_has_five_digits(owner, patient, typed):
    answer = signed_in(owner).post(
        reverse("identity", args=[patient.pk]), {"part": "contact", "contact-postal_code": typed}
    )
    assert answer.status_code == 422
