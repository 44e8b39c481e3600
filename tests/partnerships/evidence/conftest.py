"""The year of the small house, written once for each test; and who may change the grid."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.models import Role
from tests.factories.accounts import with_role
from tests.partnerships.evidence_story import write_the_year


def spaced(words) -> str:
    """As one types it: without the spaces that do not break."""
    text = words.content.decode() if hasattr(words, "content") else str(words)
    return text.replace("\xa0", " ").replace("&nbsp;", " ")


@pytest.fixture
def story(doctor, teammate, coordinator, bureau) -> SimpleNamespace:
    grid = write_the_year(coordinator, doctor.practitioner, teammate.practitioner)
    return SimpleNamespace(
        grid=grid, centre=grid.centre, doctor=doctor, coordinator=coordinator, bureau=bureau
    )


@pytest.fixture
def administrator(db, sunday):
    return with_role(Role.ADMINISTRATOR, email="admin@example.org")
