"""Who may act for whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import Http404

from core import clock
from patients import access
from patients.models.proxy import ProxyState, Relation
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db


def test_self_first_then_relatives_in_one_query(django_assert_num_queries):
    owner = UserFactory()
    child = ProxyFactory(user=owner, relation=Relation.CHILD, patient__birth_date=date(2018, 5, 1)).patient
    mine = ProxyFactory(user=owner, patient__birth_date=date(1990, 5, 1)).patient
    ProxyFactory(patient=child, relation=Relation.CHILD)  # the other parent's
    with django_assert_num_queries(1):
        found = [(patient.pk, patient.relation) for patient in access.patients_of(owner)]
    assert found == [(mine.pk, "self"), (child.pk, "child")]
    assert access.self_of(owner) == mine


@pytest.mark.parametrize(
    "closed",
    [
        {"state": ProxyState.PENDING},
        {"state": ProxyState.REFUSED},
        {"state": ProxyState.ENDED},
        {"until": clock.today()},
        {"patient__deceased_on": clock.today()},
        {"patient__erased_at": clock.now()},
    ],
    ids=["pending", "refused", "ended", "of-age", "deceased", "erased"],
)
def test_what_is_not_in_force_opens_nothing(closed):
    owner = UserFactory()
    patient = ProxyFactory(user=owner, relation=Relation.PARENT, **closed).patient
    assert list(access.patients_of(owner)) == []
    assert access.can_act_for(owner, patient) is False
    with pytest.raises(Http404):
        access.get_patient_for(owner, patient.pk)


def test_a_childs_proxy_is_in_force_until_the_day_before_eighteen():
    owner = UserFactory()
    patient = ProxyFactory(
        user=owner, relation=Relation.CHILD, until=clock.today() + timedelta(days=1)
    ).patient
    assert access.get_patient_for(owner, patient.pk) == patient


def test_an_outsider_and_a_missing_person_get_the_same_answer():
    patient = ProxyFactory().patient
    outsider = ProxyFactory().user
    with pytest.raises(Http404) as hidden:
        access.get_patient_for(outsider, patient.pk)
    with pytest.raises(Http404) as missing:
        access.get_patient_for(outsider, PatientFactory().pk + 1000)
    assert str(hidden.value) == str(missing.value)
