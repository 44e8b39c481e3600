"""Records of the shared record: what stands on top of it."""

from __future__ import annotations

from tests.factories.medical_facts import AlertFactory, AllergyFactory
from tests.factories.opposition import EntryOppositionFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("allergy")
def allergy(world: World) -> int:
    return AllergyFactory(patient=world.patient).pk


@record("alert")
def alert(world: World) -> int:
    """One that the desk reads too."""
    return AlertFactory(patient=world.patient, for_desk=True).pk


@record("allergy_kind")
def allergy_kind(world: World) -> str:
    return "allergy"


@record("entry_opposition")
def entry_opposition(world: World) -> int:
    """About a row that nobody has, so that it closes nothing else."""
    return EntryOppositionFactory(patient=world.patient, entry=0).pk
