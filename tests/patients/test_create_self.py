from __future__ import annotations

from datetime import date

import pytest

from core.audit.models import AuditEvent
from patients.actions.create_self import create_self
from patients.forms.identity import IdentityForm
from patients.models import NoticePreference, Patient, Proxy
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "birth_first_names": " Jeanne  Marie ",
    "birth_name": "D'Hondt",
    "birth_date": "14/03/1980",
    "sex": "female",
    "phone": "06 12 34 56 78",
}


def identity(**changes):
    form = IdentityForm({**TYPED, **changes})
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_the_account_gets_its_own_record_and_its_name():
    user = UserFactory(email="jeanne@example.org", first_name="", last_name="")
    patient = create_self(user, identity())
    patient.refresh_from_db()
    user.refresh_from_db()
    assert (patient.birth_first_names, patient.birth_name, patient.birth_date) == (
        "Jeanne Marie",
        "D’Hondt",
        date(1980, 3, 14),
    )
    assert (patient.email, str(patient.phone)) == ("jeanne@example.org", "+33612345678")
    assert (user.first_name, user.last_name, str(user.phone)) == ("Jeanne", "D’Hondt", "+33612345678")
    proxy = Proxy.objects.get()
    assert (proxy.user, proxy.patient, proxy.relation, proxy.state, proxy.until) == (
        user,
        patient,
        "self",
        "active",
        None,
    )
    assert NoticePreference.objects.get().user == user
    assert list(AuditEvent.objects.values_list("action", "patient_id", "actor_id")) == [
        ("patient.created", patient.pk, user.pk)
    ]


def test_twice_makes_one():
    user = UserFactory()
    first = create_self(user, identity())
    second = create_self(user, identity(birth_name="Autre"))
    assert second == first
    assert Patient.objects.count() == 1


def test_the_names_of_an_account_are_not_overwritten():
    user = UserFactory(first_name="Camille", last_name="Roussel")
    create_self(user, identity())
    user.refresh_from_db()
    assert user.get_full_name() == "Camille Roussel"
