"""Records that may be one person: scored, listed, compared, joined at the desk; twins are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent
from patients.actions.dismiss_duplicate import dismiss_duplicate
from patients.actions.find_duplicates import find_duplicates
from patients.actions.merge_patients import merge_patients
from patients.duplicates import WORTH_A_LOOK, likeness
from patients.models import Patient, PatientMerge, SuspectedDuplicate
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db
ZOE = {"birth_name": "Lefèvre", "birth_first_names": "Zoé Marie", "birth_date": date(1980, 3, 14)}


@pytest.mark.parametrize(
    ("other", "worth"),
    [
        ({}, True),
        ({"birth_name": "LEFEVRE", "birth_first_names": "Zoe"}, True),
        ({"birth_name": "Lefebvre", "birth_first_names": "Zoé", "phone": "+33612345678"}, True),
        ({"birth_name": "Zoé", "birth_first_names": "Lefèvre"}, True),
        ({"used_name": "Lefèvre", "birth_name": "Dupont"}, True),
        ({"birth_date": date(1980, 3, 15), "phone": "+33612345678"}, True),
        ({"birth_date": date(1970, 3, 14), "phone": "+33612345678", "email": "z@example.org"}, True),
        ({"birth_date": date(1992, 7, 2), "phone": "+33612345678"}, False),
        ({"birth_first_names": "Léa", "phone": "+33612345678", "email": "z@example.org"}, False),
        ({"sex": "male", "birth_first_names": "Zacharie"}, False),
        ({"birth_name": "Vandamme"}, False),
        ({"birth_place_code": "59350", "sex": "male"}, False),
    ],
)
def test_the_score_tells_slips_from_other_people(other, worth):
    """Accents, exchanged names, a slip in the date; not twins, not a namesake of another age."""
    one = Patient(**ZOE, sex="female", phone="+33612345678", email="z@example.org", birth_place_code="62001")
    found = likeness(one, Patient(**(ZOE | {"sex": "female", "email": "", "birth_place_code": ""} | other)))
    assert (found.score >= WORTH_A_LOOK) is worth, found
    assert likeness(one, one).score == 100


def test_two_numbers_of_the_register_are_two_people():
    one = Patient(**ZOE, ins_number="253072A07300443")
    assert likeness(one, Patient(**ZOE, ins_number="295109912611193")).score == 0


def test_the_register_is_looked_through(secretary):
    zoe = PatientFactory(**ZOE)
    again = PatientFactory(**(ZOE | {"birth_name": "Lefebvre", "birth_first_names": "Zoé"}))
    slip = PatientFactory(**(ZOE | {"birth_date": date(1980, 4, 14)}), phone="+33612345678")
    Patient.objects.filter(pk=zoe.pk).update(phone="+33612345678")
    PatientFactory(**(ZOE | {"birth_first_names": "Léa"}))

    assert find_duplicates() == 2
    assert find_duplicates() == 2
    pairs = SuspectedDuplicate.objects.values_list("one", "other")
    assert set(pairs) == {(zoe.pk, again.pk), (zoe.pk, slip.pk)}

    dismiss_duplicate(again, zoe, actor=secretary)
    merge_patients(zoe, slip, actor=secretary)
    assert find_duplicates() == 0
    assert not SuspectedDuplicate.objects.open().exists()


def test_only_the_desk_sees_the_worklist(owner, patient, practitioner_user, secretary):
    other = PatientFactory()
    merge = merge_patients(PatientFactory(), PatientFactory(), actor=secretary)
    addresses = [
        reverse("duplicates"),
        reverse("duplicates_of", args=[patient.pk]),
        reverse("compare_records", args=[patient.pk, other.pk]),
        reverse("separate_records", args=[merge.pk]),
    ]
    for address in addresses:
        assert signed_in(owner).get(address).status_code == 404, address
        assert signed_in(practitioner_user).get(address).status_code == 404, address
        assert signed_in(secretary).get(address).status_code == 200, address


def test_the_worklist_costs_the_same_for_one_and_for_thirty(
    secretary, django_assert_num_queries, django_assert_max_num_queries
):
    client = signed_in(secretary)
    for _ in range(2):
        PatientFactory(**ZOE)
    find_duplicates()
    client.get(reverse("duplicates"))
    with django_assert_max_num_queries(15) as captured:
        assert b"Z" in client.get(reverse("duplicates")).content
    for _ in range(6):
        PatientFactory(**ZOE)
    assert find_duplicates() == 28
    with django_assert_num_queries(len(captured)):
        client.get(reverse("duplicates"))


def test_the_desk_compares_and_merges(secretary):
    kept, absorbed = PatientFactory(**ZOE), PatientFactory(**ZOE, city="Estaires")
    client = signed_in(secretary)
    address = reverse("compare_records", args=[kept.pk, absorbed.pk])
    page = client.get(address).content.decode()
    assert "Estaires" in page
    opened = AuditEvent.objects.filter(action="patient.opened").order_by("patient_id")
    assert [line.patient_id for line in opened] == [kept.pk, absorbed.pk]

    answer = client.post(address, {"answer": "one"}, follow=True)
    assert answer.redirect_chain == [(reverse("patient_record", args=[kept.pk]), 302)]
    merge = PatientMerge.objects.get()
    assert reverse("separate_records", args=[merge.pk]) in answer.content.decode()

    client.post(reverse("separate_records", args=[merge.pk]))
    merge.refresh_from_db()
    assert merge.separated_by == secretary
    assert client.get(reverse("separate_records", args=[merge.pk])).status_code == 404


def test_the_screen_asks_which_account_stays(secretary):
    pair = PatientFactory(**ZOE), PatientFactory(**ZOE)
    for one in pair:
        ProxyFactory(patient=one)
    client = signed_in(secretary)
    address = reverse("compare_records", args=[one.pk for one in pair])
    refused = client.post(address, {"answer": "one"})
    assert refused.status_code == 409
    assert "a son propre compte en ligne" in refused.content.decode()
    assert client.post(address, {"answer": "one", "close_account": "on"}).status_code == 302


def test_a_record_is_not_compared_with_itself(secretary):
    one, client = PatientFactory(**ZOE), signed_in(secretary)
    address = reverse("compare_records", args=[one.pk, one.pk])
    assert [client.get(address).status_code, client.post(address, {"answer": "two"}).status_code] == [
        404,
        404,
    ]
    assert not SuspectedDuplicate.objects.exists()


def test_two_people_leave_the_worklist(secretary):
    pair = PatientFactory(**ZOE), PatientFactory(**ZOE)
    find_duplicates()
    client = signed_in(secretary)
    client.post(reverse("compare_records", args=[one.pk for one in pair]), {"answer": "two"})
    assert not SuspectedDuplicate.objects.open().exists()
    assert "Aucun doublon à examiner" in client.get(reverse("duplicates")).content.decode()


def test_another_record_is_looked_for_by_hand(secretary):
    zoe, other = PatientFactory(**ZOE), PatientFactory(birth_name="Autre", birth_date=date(1999, 1, 2))
    client = signed_in(secretary)
    address = reverse("duplicates_of", args=[zoe.pk])
    link = reverse("compare_records", args=[zoe.pk, other.pk])
    assert link not in client.get(address).content.decode()
    assert link in client.post(address, {"born": "02/01/1999", "letters": "aut"}).content.decode()
    assert client.post(address, {"born": "demain"}).status_code == 422
