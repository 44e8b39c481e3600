"""The cast: the coordinator who signs, a doctor who refers, a psychiatrist who comes, a patient who sees none of it."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role, User
from tests.cast import sign_in
from tests.factories.accounts import with_role


@pytest.fixture
def coordinator(db, sunday) -> User:
    return with_role(
        Role.COORDINATOR, email="coordination@example.org", first_name="Claire", last_name="Morel"
    )


@pytest.fixture
def bureau(coordinator) -> Client:
    return sign_in(coordinator)


@pytest.fixture
def secretary(db, sunday) -> Client:
    return sign_in(with_role(Role.SECRETARY, email="secretariat@example.org"))
