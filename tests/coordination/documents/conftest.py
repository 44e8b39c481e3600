"""A patient with her doctor, the desk, and a folder for what is sent."""

from __future__ import annotations

import pytest

from accounts.models import Role
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import sign_in
from tests.factories.accounts import with_role


@pytest.fixture(autouse=True)
def _uploads(uploads):
    """Every test of this folder writes into a folder of its own."""


@pytest.fixture
def cared(owner, doctor):
    """The owner's record, which her doctor keeps."""
    CareTeamMember.objects.create(
        patient=owner.patient, practitioner=doctor.practitioner, reason=Reason.REFERRAL
    )
    return owner.patient


@pytest.fixture
def desk(sunday):
    return sign_in(with_role(Role.SECRETARY, email="secretariat@example.org"))
