"""A physiotherapist who is there on Mondays and Thursdays."""

from __future__ import annotations

import pytest

from accounts.models import Role, User
from appointments.models import VisitReason
from tests.appointments.series.cast import open_weeks
from tests.factories.accounts import with_role
from tests.factories.appointments import (
    VisitReasonFactory,
)
from tests.factories.practitioners import PractitionerFactory


@pytest.fixture
def physio(db, sunday) -> VisitReason:
    """Receives on Mondays and Thursdays from 8 to 10, sessions of half an hour."""
    practitioner = PractitionerFactory(title="Mme", first_name="Inès", last_name="Caron", slug="ines-caron")
    reason = VisitReasonFactory(
        practitioner=practitioner, name="Séance", duration_minutes=30, grid_minutes=30, cancel_limit_hours=24
    )
    open_weeks(reason)
    return reason


@pytest.fixture
def desk(db, sunday) -> User:
    return with_role(Role.SECRETARY, email="accueil@example.org")
