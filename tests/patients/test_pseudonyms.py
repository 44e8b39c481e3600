"""Cared for under another name: known to one's own circle, compared with nobody, lifted once and for ever."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from core.audit.models import AuditEvent
from patients.actions.correct_identity import UnderPseudonym, correct_identity
from patients.actions.create_at_desk import create_at_desk
from patients.actions.find_duplicates import find_duplicates
from patients.actions.merge_patients import CannotMerge, merge_patients
from patients.actions.pseudonymise import (
    AliasTaken,
    NotUnderPseudonym,
    create_under_pseudonym,
    lift_pseudonym,
)
from patients.actions.retrieve_ins import CannotRetrieve, keep_ins
from patients.models import Patient
from patients.models.correction import Document
from patients.search import find_patients
from tests.cast import sign_in
from tests.factories.accounts import with_role
from tests.factories.patients import PatientFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db
CIVIL = {
    "birth_name": "Bleuet",
    "birth_first_names": "Paul Émile",
    "birth_date": date(1985, 6, 7),
    "sex": "male",
}


@pytest.fixture
def desk(sunday):
    return with_role(Role.SECRETARY, email="secretariat@example.org")


@pytest.fixture
def bleuet(doctor):
    return create_under_pseudonym(
        "Bleuet",
        1985,
        practitioner=doctor.practitioner,
        channel="sms",
        contact="+33639980001",
        actor=doctor.user,
    )


def test_no_trait_is_kept_and_everybody_sees_what_it_is(bleuet):
    assert (bleuet.display_name, bleuet.birth_date, bleuet.sex, bleuet.ins_number) == (
        "Pseudonyme Bleuet",
        date(1985, 1, 1),
        "unknown",
        "",
    )
    assert (str(bleuet.phone.as_e164), bleuet.email, bleuet.is_under_pseudonym) == ("+33639980001", "", True)


def test_found_in_one_s_own_circle_only(bleuet, doctor, teammate, desk, outsider):
    born = date(1985, 1, 1)
    for user, found in ((doctor.user, [bleuet]), (teammate.user, []), (desk, [])):
        assert list(find_patients(user, born, "ble")) == found
    record = reverse("patient_record", args=[bleuet.pk])
    assert doctor.client.get(record).status_code == 200
    assert teammate.client.get(record).status_code == 404
    page = reverse("pseudonyms")
    assert "Bleuet" in doctor.client.get(page).text
    for client in (teammate.client, sign_in(desk)):
        assert "Bleuet" not in client.get(page).text
    assert signed_in(outsider).get(page).status_code == 404
    # Over the desk the person says it in full; half of it finds nobody.
    client = sign_in(desk)
    assert client.post(page, {"alias": "bleuet"}).url == record
    assert client.post(page, {"alias": "bleu"}).status_code == 422
    assert teammate.client.post(page, {"alias": "Bleuet"}).status_code == 422


def test_compared_and_merged_with_nobody(bleuet, desk):
    twin = PatientFactory(birth_name="Bleuet", birth_first_names="Pseudonyme", birth_date=bleuet.birth_date)
    assert find_duplicates() == 0
    for kept, absorbed in ((twin, bleuet), (bleuet, twin)):
        with pytest.raises(CannotMerge, match="sous pseudonyme"):
            merge_patients(kept, absorbed, actor=desk)
    twin.delete()
    assert create_at_desk({**CIVIL, "birth_date": bleuet.birth_date}, actor=desk).pk


def test_no_identity_but_by_lifting(bleuet, desk):
    with pytest.raises(UnderPseudonym):
        correct_identity(bleuet, CIVIL, document=Document.PASSPORT, actor=desk)
    with pytest.raises(CannotRetrieve):
        keep_ins(bleuet, "295109912611193", means="copied", actor=desk)


def test_an_alias_is_one_person_s(bleuet, doctor):
    with pytest.raises(AliasTaken):
        create_under_pseudonym(
            "Bleuet", 1990, practitioner=doctor.practitioner, channel="none", contact="", actor=doctor.user
        )
    assert Patient.objects.count() == 1


def test_lifted_once_and_for_ever(bleuet, doctor, desk):
    page = reverse("lift_pseudonym", args=[bleuet.pk])
    said = {**CIVIL, "birth_date": "07/06/1985", "why": "Demandé en consultation", "agreed": "on"}
    assert doctor.client.post(page, {**said, "agreed": ""}).status_code == 422
    assert doctor.client.post(page, said).url == reverse("patient_record", args=[bleuet.pk])
    bleuet = Patient.objects.get()
    assert (bleuet.display_name, bleuet.is_under_pseudonym, str(bleuet.identity_status)) == (
        "Paul Bleuet",
        False,
        "PROV",
    )
    line = AuditEvent.objects.get(action="patient.pseudonym_lifted")
    assert (line.actor, line.reason, "Émile" in str(line.detail)) == (
        doctor.user,
        "Demandé en consultation",
        False,
    )
    assert list(find_patients(desk, date(1985, 6, 7), "ble")) == [bleuet]
    assert doctor.client.get(page).status_code == 404
    with pytest.raises(NotUnderPseudonym):
        lift_pseudonym(bleuet, CIVIL, why="x", actor=doctor.user)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"alias": "<b>"}, "sans symbole"),
        ({"birth_year": "85"}, "pas possible"),
        ({"channel": "sms", "contact": ""}, "Écrivez le numéro"),
        ({"channel": "sms", "contact": "abc"}, "ne va pas avec"),
        ({"channel": "email", "contact": "0639980001"}, "ne va pas avec"),
    ],
)
def test_the_form_explains(doctor, typed, sentence):
    data = {
        "alias": "Bleuet",
        "birth_year": "1985",
        "practitioner": doctor.practitioner.pk,
        "channel": "none",
    }
    answer = doctor.client.post(reverse("create_pseudonym"), data | typed)
    assert (answer.status_code, sentence in answer.text, Patient.objects.exists()) == (422, True, False)
    assert doctor.client.post(reverse("create_pseudonym"), data).status_code == 302


def test_those_one_follows_are_listed_whole_for_the_price_of_one(doctor, django_assert_num_queries):
    client = signed_in(doctor.user)
    create_under_pseudonym(
        "Aube",
        1985,
        practitioner=doctor.practitioner,
        channel="sms",
        contact="+33639980001",
        actor=doctor.user,
    )
    address = reverse("pseudonyms")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(address).context["page"]) == 1
    for number in range(50):
        create_under_pseudonym(
            f"Bleuet {number}",
            1985,
            practitioner=doctor.practitioner,
            channel="sms",
            contact=f"+336399801{number:02}",
            actor=doctor.user,
        )
    with django_assert_num_queries(len(few)):
        assert len(client.get(address).context["page"]) == 50
    assert len(client.get(address, {"page": 2}).context["page"]) == 1
