"""A patient with her doctor, the desk, and a folder for what is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Role
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return settings.UPLOADS_DIR


@pytest.fixture
def cared(owner, doctor):
    """The owner's record, which her doctor keeps."""
    CareTeamMember.objects.create(
        patient=owner.patient, practitioner=doctor.practitioner, reason=Reason.REFERRAL
    )
    return owner.patient


@pytest.fixture
def desk(sunday):
    user = UserFactory(email="secretariat@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return sign_in(user)
