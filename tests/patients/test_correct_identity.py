"""A document at the desk: what it proves, what it corrects, what it may not touch."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from core.audit.models import AuditEvent
from patients.actions.correct_identity import IdentityProtected, correct_identity
from patients.actions.forget_patient import forget_patient
from patients.models import IdentityCorrection
from patients.models.correction import Document
from tests.factories.accounts import with_role
from tests.factories.patients import PatientFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db
QUALIFIED = {"ins_number": "253072A07300443", "ins_retrieved": True, "identity_checked": True}
POSTED = {
    "birth_name": "Lefèvre",
    "birth_first_names": "Zoé",
    "used_name": "",
    "used_first_name": "",
    "birth_date": "14/03/1980",
    "sex": "female",
    "birth_place_code": "",
    "document": "card",
    "why": "",
}


@pytest.fixture
def zoe(db):
    return PatientFactory(birth_name="Lefevre", birth_first_names="Zoé", birth_date=date(1980, 3, 14))


@pytest.fixture
def coordinator(db):
    return with_role(Role.COORDINATOR, email="coordination@example.org")


@pytest.mark.parametrize(
    ("was", "traits", "document", "becomes"),
    [
        ({}, {}, Document.PASSPORT, "VALI"),
        ({}, {}, Document.HEALTH_CARD, "PROV"),
        ({"ins_number": "253072A07300443", "ins_retrieved": True}, {}, Document.IDENTITY_CARD, "QUAL"),
        ({}, {"birth_name": "Lefèvre"}, Document.PASSPORT, "VALI"),
        ({"identity_checked": True}, {"birth_name": "Lefèvre"}, Document.OTHER, "PROV"),
        ({"identity_checked": True}, {"used_name": "Dupont"}, Document.OTHER, "VALI"),
        (QUALIFIED, {"used_name": "Dupont"}, Document.OTHER, "QUAL"),
    ],
)
def test_what_a_document_proves(secretary, was, traits, document, becomes):
    patient = PatientFactory(birth_name="Lefevre", **was)
    correct_identity(patient, traits, document=document, actor=secretary)
    patient.refresh_from_db()
    assert patient.identity_status == becomes


def test_before_and_after_are_kept_beside_the_trail(zoe, secretary):
    correct_identity(
        zoe, {"birth_name": "Lefèvre", "sex": zoe.sex}, document=Document.PASSPORT, actor=secretary
    )
    kept = IdentityCorrection.objects.get()
    assert (kept.before, kept.after) == ({"birth_name": "Lefevre"}, {"birth_name": "Lefèvre"})
    line = AuditEvent.objects.get(action="patient.identity_corrected")
    assert line.detail == {"fields": ["birth_name"], "document": "passport", "status": ["PROV", "VALI"]}
    assert "Lefèvre" not in str(line.detail)
    forget_patient(zoe, actor=secretary, keep_care=False)
    assert not IdentityCorrection.objects.exists()


def test_an_identity_from_insi_is_protected(secretary, coordinator):
    patient = PatientFactory(birth_name="Lefevre", **QUALIFIED)
    change = {"birth_name": "Lefèvre"}
    for actor, why in ((secretary, "faute de frappe"), (coordinator, "")):
        with pytest.raises(IdentityProtected):
            correct_identity(patient, change, document=Document.PASSPORT, why=why, actor=actor)
    assert not IdentityCorrection.objects.exists()
    correct_identity(patient, change, document=Document.PASSPORT, why="INSi corrigé", actor=coordinator)
    patient.refresh_from_db()
    assert (patient.identity_status, patient.ins_number) == ("VALI", "")


def test_the_screen(zoe, secretary, owner, practitioner_user):
    address = reverse("correct_identity", args=[zoe.pk])
    for stranger in (owner, practitioner_user):
        assert signed_in(stranger).get(address).status_code == 404
    client = signed_in(secretary)
    assert 'value="Lefevre"' in client.get(address).content.decode()
    wrong = client.post(address, POSTED | {"birth_place_code": "Lille", "document": ""})
    assert wrong.status_code == 422
    assert "Indiquez ce que vous avez vu." in wrong.content.decode()
    assert client.post(address, POSTED).url == reverse("patient_record", args=[zoe.pk])
    assert "Lefevre → Lefèvre" in client.get(address).content.decode()


def test_the_screen_says_why_not(secretary):
    patient = PatientFactory(birth_name="Lefevre", birth_date=date(1980, 3, 14), **QUALIFIED)
    answer = signed_in(secretary).post(reverse("correct_identity", args=[patient.pk]), POSTED)
    assert answer.status_code == 422
    assert "vient du téléservice INSi" in answer.content.decode()
