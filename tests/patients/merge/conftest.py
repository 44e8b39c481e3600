"""Two records of one person, the desk that merges them, and all that is written of both."""

from __future__ import annotations

import pytest

from accounts.models import Role
from patients.links import links
from patients.models import Patient
from tests.factories.accounts import with_role
from tests.factories.patients import PatientFactory


@pytest.fixture
def desk(sunday):
    return with_role(Role.SECRETARY, email="secretariat@example.org")


@pytest.fixture
def pair(sunday):
    kept = PatientFactory(birth_name="Lefèvre", birth_first_names="Zoé", city="")
    absorbed = PatientFactory(
        birth_name="Lefebvre", birth_first_names="Zoé", phone="+33612345678", city="Estaires"
    )
    return kept, absorbed


def snapshot() -> dict[str, list[tuple]]:
    """Every row that points to a patient, and the patients themselves."""
    tables = {link.label: link.model for link in links()} | {"patients.patient": Patient}
    return {label: list(model._base_manager.order_by("pk").values_list()) for label, model in tables.items()}
