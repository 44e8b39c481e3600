from __future__ import annotations

from datetime import date

import pytest
import time_machine

from core.audit.models import AuditEvent
from patients import access
from patients.actions.add_relative import AlreadyAmongRelatives, NotAChild, TooManyRelatives, add_relative
from patients.models import Patient, Proxy
from tests.factories.accounts import UserFactory
from tests.factories.patients import ProxyFactory

pytestmark = pytest.mark.django_db

CHILD = {
    "birth_first_names": "Léo",
    "birth_name": "Lefebvre",
    "birth_date": date(2018, 2, 3),
    "sex": "male",
    "phone": "",
}
MOTHER = {**CHILD, "birth_first_names": "Odile", "birth_date": date(1950, 2, 3), "sex": "female"}


def test_a_child_is_active_at_once_until_majority():
    user = UserFactory()
    proxy = add_relative(user, "child", CHILD)
    assert (proxy.state, proxy.until, proxy.decided_by) == ("active", date(2036, 2, 3), None)
    assert [patient.pk for patient in access.patients_of(user)] == [proxy.patient_id]
    assert AuditEvent.objects.get().action == "proxy.asked"


@time_machine.travel("2026-11-23 12:00+01:00", tick=False)
def test_a_child_of_29_february_comes_of_age_on_1_march():
    proxy = add_relative(UserFactory(), "child", {**CHILD, "birth_date": date(2012, 2, 29)})
    assert proxy.until == date(2030, 3, 1)
    assert proxy.patient.is_minor_on(date(2030, 2, 28)) is True
    assert proxy.patient.is_minor_on(date(2030, 3, 1)) is False


def test_a_grown_up_waits_for_the_centre_and_opens_nothing():
    user = UserFactory()
    proxy = add_relative(user, "parent", MOTHER)
    assert (proxy.state, proxy.until, proxy.decided_at) == ("pending", None, None)
    assert list(access.patients_of(user)) == []
    assert list(access.pending_proxies()) == [proxy]


def test_a_grown_up_child_is_not_a_child():
    with pytest.raises(NotAChild):
        add_relative(UserFactory(), "child", MOTHER)
    assert Patient.objects.count() == 0


def test_the_same_person_twice_is_refused_whatever_the_capitals():
    user = UserFactory()
    add_relative(user, "child", CHILD)
    with pytest.raises(AlreadyAmongRelatives):
        add_relative(user, "child", {**CHILD, "birth_name": " LEFEBVRE "})
    assert Proxy.objects.count() == 1


def test_another_account_with_the_same_child_gets_its_own_record():
    first = add_relative(UserFactory(), "child", CHILD)
    second = add_relative(UserFactory(), "child", CHILD)
    assert first.patient_id != second.patient_id


def test_a_register_of_inventions_is_refused():
    user = UserFactory()
    for _ in range(15):
        ProxyFactory(user=user, relation="child")
    with pytest.raises(TooManyRelatives):
        add_relative(user, "child", CHILD)
