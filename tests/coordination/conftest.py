"""The story of this room: an old man with balance trouble, his doctor and his physiotherapist; and all others."""

from __future__ import annotations

from datetime import date

import pytest

from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from practitioners.models.profession import InformationCategory
from tests.cast import Doctor, make_doctor, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.notes import usual_measures
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import ProfessionFactory


@pytest.fixture(autouse=True)
def _measures(db):
    usual_measures()


def joins(patient: Patient, somebody: Doctor, reason: Reason = Reason.REFERRAL) -> CareTeamMember:
    return CareTeamMember.objects.create(patient=patient, practitioner=somebody.practitioner, reason=reason)


@pytest.fixture
def marcel(doctor) -> Patient:
    return PatientFactory(
        birth_name="Delbecque",
        birth_first_names="Marcel",
        birth_date=date(1944, 2, 3),
        sex="male",
        attending_doctor=doctor.practitioner,
    )


@pytest.fixture
def physio(marcel, sunday) -> Doctor:
    """Part of Marcel's care since he was referred."""
    somebody = make_doctor("Pollet")
    somebody.practitioner.profession = ProfessionFactory(
        name="masseur-kinésithérapeute",
        plural_name="masseurs-kinésithérapeutes",
        slug="kine",
        is_medical_doctor=False,
        can_be_attending_doctor=False,
    )
    somebody.practitioner.save()
    joins(marcel, somebody)
    return somebody


@pytest.fixture
def psychologist(marcel, sunday) -> Doctor:
    """Takes part in the care, but is told nothing before Marcel knows of it."""
    somebody = make_doctor("Salomé")
    somebody.practitioner.profession = ProfessionFactory(
        name="psychologue",
        plural_name="psychologues",
        slug="psychologue",
        is_medical_doctor=False,
        can_be_attending_doctor=False,
        information_category=InformationCategory.OTHER,
    )
    somebody.practitioner.save()
    joins(marcel, somebody)
    return somebody


@pytest.fixture
def secretary(sunday):
    return sign_in(RoleAssignmentFactory(role="secretary").user)
