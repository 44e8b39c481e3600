"""The INS number: its key, what it says of a person, who may see it, and which documents prove an identity."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from appointments.identities import to_qualify
from core import clock
from core.audit.models import AuditEvent
from patients.actions.correct_identity import correct_identity
from patients.actions.retrieve_ins import CannotRetrieve, keep_ins, retrieve_ins
from patients.actions.update_identity import update_identity
from patients.comparison import compared
from patients.export import person
from patients.ins import contradictions, doubts
from patients.insi import DemoGateway
from patients.models import IdentityCorrection, TrustedDocument
from patients.models.correction import Document
from tests.cast import on_monday
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db
# Woman, October 1995, born abroad (99126); the keys are of DOMAIN.md.
ABROAD = "295109912611193"
CORSICA = "253072A07300443"
SEEN = {"birth_date": date(1995, 10, 3), "sex": "female", "birth_place_code": "99126"}


@pytest.mark.parametrize(
    ("number", "person", "found"),
    [
        (ABROAD, {}, 0),
        (ABROAD, {"birth_place_code": "99999"}, 0),
        (ABROAD, {"birth_place_code": ""}, 0),
        (ABROAD, {"sex": "male"}, 1),
        (ABROAD, {"sex": "unknown"}, 0),
        (ABROAD, {"birth_date": date(1994, 10, 3)}, 1),
        (ABROAD, {"birth_date": date(1995, 11, 3)}, 1),
        (ABROAD, {"birth_place_code": "62491"}, 1),
        (ABROAD, {"sex": "male", "birth_date": date(1950, 1, 1), "birth_place_code": "62491"}, 4),
        (CORSICA, {"birth_date": date(1953, 7, 1), "birth_place_code": "2A073"}, 0),
        ("295309912611143", {"birth_date": date(1995, 2, 1)}, 0),  # month 30: nobody knew
    ],
)
def test_what_the_number_contradicts(number, person, found):
    assert len(contradictions(number, PatientFactory.build(**(SEEN | person)))) == found


@pytest.mark.parametrize(
    ("number", "right"),
    [
        (ABROAD, True),
        ("2 95 10 99 126 111 93", True),
        ("295109912611194", False),
        ("253072C07300443", False),
        ("29510991261119", False),
        ("", False),
    ],
)
def test_copied_with_its_key(secretary, number, right):
    patient = PatientFactory(**SEEN)
    page = reverse("retrieve_ins", args=[patient.pk])
    answer = signed_in(secretary).post(page, {"number": number})
    patient.refresh_from_db()
    assert (answer.status_code, bool(patient.ins_number)) == ((302, True) if right else (422, False))


def test_a_contradiction_is_confirmed_or_mended(secretary):
    patient = PatientFactory(**SEEN | {"sex": "male"})
    client, page = signed_in(secretary), reverse("retrieve_ins", args=[patient.pk])
    answer = client.post(page, {"number": ABROAD})
    assert (answer.status_code, "sexe noté ne concordent pas" in answer.text) == (422, True)
    assert client.post(page, {"number": ABROAD, "despite": "on"}).status_code == 302


def test_received_then_qualified_and_only_then_shown(secretary):
    patient = keep_ins(PatientFactory(**SEEN), ABROAD, means="copied", actor=secretary)
    other = PatientFactory()
    assert (str(patient.identity_status), patient.shown_ins, person(patient)["ins_number"]) == (
        "RECUP",
        "",
        "",
    )
    assert ABROAD not in str(compared(patient, other))
    page = signed_in(secretary).get(reverse("patient_record", args=[patient.pk])).text
    assert ABROAD not in page
    correct_identity(patient, {}, document=Document.PASSPORT, actor=secretary)
    patient.refresh_from_db()
    assert (str(patient.identity_status), patient.shown_ins, person(patient)["ins_number"]) == (
        "QUAL",
        ABROAD,
        ABROAD,
    )
    assert ABROAD not in str(list(AuditEvent.objects.values()))
    with pytest.raises(CannotRetrieve, match="Une autre fiche"):
        keep_ins(other, ABROAD, means="copied", actor=secretary)


@pytest.mark.parametrize(
    "change",
    [
        {"birth_name": "Lefèvre"},
        {"birth_first_names": "Jeanne Marie"},
        {"birth_date": date(1995, 10, 4)},
        {"sex": "male"},
        {"birth_place_code": "62491"},
    ],
)
def test_each_of_the_five_strict_traits_drops_the_status(secretary, change):
    patient = PatientFactory(**SEEN, ins_number=ABROAD, ins_retrieved=True, identity_checked=True)
    patient = update_identity(patient, change, actor=secretary)
    assert (str(patient.identity_status), patient.ins_number) == ("PROV", "")


def test_the_gateway_of_the_demonstration(secretary, settings):
    settings.INSI_GATEWAY = "patients.insi.DemoGateway"
    patient = retrieve_ins(PatientFactory(**SEEN), actor=secretary)
    assert (str(patient.identity_status), contradictions(patient.ins_number, patient)) == ("RECUP", [])
    assert DemoGateway().retrieve(PatientFactory.build(sex="unknown")) is None
    settings.INSI_GATEWAY = "patients.insi.ManualGateway"
    with pytest.raises(CannotRetrieve):
        retrieve_ins(PatientFactory(**SEEN), actor=secretary)


@pytest.mark.parametrize(
    ("born", "document", "becomes"),
    [
        (date(1980, 1, 1), Document.BIRTH_CERTIFICATE, "PROV"),
        (date(2018, 1, 1), Document.BIRTH_CERTIFICATE, "VALI"),
        (date(1980, 1, 1), Document.RESIDENCE_PERMIT, "VALI"),
    ],
)
@pytest.mark.parametrize("is_configured", [True, False])
def test_the_family_book_proves_a_minor_only(secretary, born, document, becomes, is_configured):
    if not is_configured:
        TrustedDocument.objects.all().delete()
    patient = PatientFactory(birth_date=born)
    correct_identity(patient, {}, document=document, actor=secretary)
    patient.refresh_from_db()
    assert patient.identity_status == becomes


def test_what_proves_has_its_dates(secretary):
    TrustedDocument.objects.filter(document="permit").update(until=date(2025, 12, 31))
    patient = PatientFactory()
    correct_identity(patient, {}, document=Document.RESIDENCE_PERMIT, actor=secretary)
    patient.refresh_from_db()
    assert patient.identity_status == "PROV"


def test_the_worklist_puts_who_comes_first(doctor, secretary, django_assert_num_queries):
    later, sooner, never = (
        PatientFactory(birth_name="Tard"),
        PatientFactory(birth_name="Tôt"),
        PatientFactory(),
    )
    qualified = PatientFactory(**SEEN, ins_number=ABROAD, ins_retrieved=True, identity_checked=True)
    for patient, hour in ((later, 9), (sooner, 8), (qualified, 10)):
        AppointmentFactory(
            reason=doctor.reason,
            patient=patient,
            start_at=on_monday(hour),
            opening=doctor.practitioner.openings.get(),
        )
    IdentityCorrection.objects.create(patient=sooner, document="vitale", by=secretary)
    assert list(to_qualify(clock.now())) == [sooner, later]
    assert set(to_qualify(clock.now(), soon=False)) == {sooner, later, never}
    assert list(to_qualify(clock.now(), status="VALI")) == []
    client = signed_in(secretary)
    page = client.get(reverse("identities")).text
    assert page.index("Tôt") < page.index("Tard")
    assert ("Carte Vitale ou attestation" in page, "Lieu de naissance absent" in page) == (True, True)
    assert signed_in(doctor.user).get(reverse("identities")).status_code == 404


def test_what_the_desk_should_look_at():
    assert len(doubts(PatientFactory.build(**SEEN))) == 0
    assert len(doubts(PatientFactory.build(sex="unknown", birth_place_code=""))) == 2
