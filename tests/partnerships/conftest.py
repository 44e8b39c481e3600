"""The cast: the coordinator who signs, a doctor who refers, a psychiatrist who comes, a patient who sees none of it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role, User
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory


@pytest.fixture
def coordinator(db, sunday) -> User:
    user = UserFactory(email="coordination@example.org", first_name="Claire", last_name="Morel")
    RoleAssignmentFactory(user=user, role=Role.COORDINATOR)
    return user


@pytest.fixture
def bureau(coordinator) -> Client:
    return sign_in(coordinator)


@pytest.fixture
def secretary(db, sunday) -> Client:
    user = UserFactory(email="secretariat@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return sign_in(user)
