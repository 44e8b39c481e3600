"""Records of the shared record: what stands on top of it."""

from __future__ import annotations

from tests.factories.medical_facts import AlertFactory, AllergyFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("allergy")
def allergy(world: World) -> int:
    return AllergyFactory(patient=world.patient).pk


@record("alert")
def alert(world: World) -> int:
    """One that the desk reads too."""
    return AlertFactory(patient=world.patient, for_desk=True).pk
