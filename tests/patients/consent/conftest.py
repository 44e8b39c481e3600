"""Who cares for the patient in one way or another, and whether the record opens to him."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from accounts.models import Role
from core import clock
from patients import access
from patients.actions.give_word import give_word
from patients.models import CareTeamMember, Consent, EmergencyAccess, Patient
from patients.models.care_team import Reason
from patients.models.consent import Means
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory
from tests.factories.accounts import with_role
from tests.factories.practitioners import PractitionerFactory


def professional(**fields) -> Practitioner:
    user = with_role(Role.PRACTITIONER)
    return PractitionerFactory(user=user, **fields)


def in_team(patient: Patient, practitioner: Practitioner, reason: str = Reason.REFERRAL) -> None:
    CareTeamMember.objects.create(patient=patient, practitioner=practitioner, reason=reason)


def break_for_an_hour(patient: Patient, practitioner: Practitioner) -> None:
    EmergencyAccess.objects.create(
        patient=patient,
        practitioner=practitioner,
        justification="Malaise, personne seule.",
        until=clock.now() + timedelta(hours=1),
    )


def opens(practitioner: Practitioner, patient: Patient) -> bool:
    """Both ways of asking must agree: the record itself, and the list of those one may find."""
    listed = access.visible_patients(practitioner.user).filter(pk=patient.pk).exists()
    try:
        access.get_patient_for_practitioner(practitioner.user, patient.pk)
    except Http404:
        assert not listed
        return False
    assert listed
    return True


@pytest.fixture
def nurse() -> Practitioner:
    return professional()


@pytest.fixture
def psychologist() -> Practitioner:
    return professional(profession__information_category=InformationCategory.OTHER)


@pytest.fixture
def visiting() -> Practitioner:
    return professional(kind=Kind.VISITING)


def say(patient, practitioner, decision, owner) -> Consent:
    return give_word(patient, practitioner, decision, actor=owner, means=Means.ONLINE)
