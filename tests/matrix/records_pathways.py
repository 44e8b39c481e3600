"""Care pathways, and what the law allows."""

from __future__ import annotations

from coordination.models import CarePathway, VersionState
from tests.factories.caps import BookingCapFactory, ProgrammeFactory
from tests.factories.pathways import CarePathwayFactory, PathwayVersionFactory, TemplateStepFactory
from tests.matrix.frame import record
from tests.matrix.people import World


def _pathway(world: World) -> CarePathway:
    """One for all its addresses: hers, led by her doctor."""
    found = CarePathway.objects.filter(patient=world.patient).first()
    if found is not None:
        return found
    version = PathwayVersionFactory()
    TemplateStepFactory(version=version)
    return CarePathwayFactory(patient=world.patient, lead=world.doctor, version=version)


@record("pathway")
def pathway(world: World) -> int:
    return _pathway(world).pk


@record("pathway_step")
def pathway_step(world: World) -> int:
    return _pathway(world).steps.get().pk


@record("pathway_version")
def pathway_version(world: World) -> int:
    return PathwayVersionFactory().pk


@record("pathway_draft")
def pathway_draft(world: World) -> int:
    return PathwayVersionFactory(state=VersionState.DRAFT).pk


@record("cap")
def cap(world: World) -> int:
    return BookingCapFactory().pk


@record("pathway_programme")
def programme(world: World) -> int:
    return ProgrammeFactory(name="Mon soutien psy").pk
