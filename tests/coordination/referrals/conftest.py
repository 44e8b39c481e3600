"""The doctor asks, the physiotherapist is asked, the other physiotherapist could take it, the coordinator watches."""

from __future__ import annotations

import pytest

from accounts.models import Role
from tests.cast import Doctor, Person, make_doctor, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import ReasonCategoryFactory
from tests.factories.practitioners import ProfessionFactory


def make_physio(last_name: str) -> Doctor:
    physio = make_doctor(last_name)
    profession = ProfessionFactory(
        name="masseur-kinésithérapeute",
        plural_name="masseurs-kinésithérapeutes",
        slug="masseur-kinesitherapeute",
        is_medical_doctor=False,
        can_be_attending_doctor=False,
    )
    physio.practitioner.profession = profession
    physio.practitioner.title = "M."
    physio.practitioner.save()
    physio.reason.category = ReasonCategoryFactory(
        profession=profession, name="Séance de rééducation", slug="seance-de-reeducation"
    )
    physio.reason.name = "Séance de rééducation"
    physio.reason.save()
    return physio


@pytest.fixture
def physio(db, sunday) -> Doctor:
    return make_physio("Lesage")


@pytest.fixture
def other_physio(db, sunday) -> Doctor:
    return make_physio("Wattel")


@pytest.fixture
def coordinator(db, sunday) -> Person:
    user = with_role(
        Role.COORDINATOR, email="coordination@example.org", first_name="Odile", last_name="Mercier"
    )
    return Person(user, sign_in(user))


@pytest.fixture
def patient(owner, doctor):
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save()
    return owner.patient
