"""Records of « Pilotage »: a year that runs, one that is over, one that is frozen, and the grids they are read with."""

from __future__ import annotations

from datetime import date

from partnerships.actions.set_evidence_grid import copy_grid, start_grid
from partnerships.models import EvidenceGrid, EvidenceProof, EvidenceYear, FrozenEvidence, Indicator
from practitioners.house import the_house
from practitioners.models import Centre
from tests.factories.documents import UploadFactory
from tests.matrix.frame import record
from tests.matrix.people import World


def _centre() -> Centre:
    centre = the_house().centre
    assert centre is not None
    return centre


@record("evidence_grid")
def evidence_grid(world: World) -> int:
    """The second version; the first, of one line, is that of the years before 2026."""
    first = start_grid(_centre(), actor=world.users["administrator"])
    grid = copy_grid(first, name="Avenant", valid_from=date(2026, 1, 1), actor=world.users["administrator"])
    first.indicators.exclude(code="sas").delete()
    return grid.pk


@record("indicator")
def indicator(world: World) -> int:
    return Indicator.objects.get(grid=world.keys["evidence_grid"], code="sas").pk


@record("evidence_code")
def evidence_code(world: World) -> str:
    return "sas"


@record("evidence_year")
def evidence_year(world: World) -> int:
    return 2026


@record("evidence_year_over")
def evidence_year_over(world: World) -> int:
    return 2024


@record("evidence_year_frozen")
def evidence_year_frozen(world: World) -> int:
    year = EvidenceYear.objects.create(centre=_centre(), year=2025)
    grid = EvidenceGrid.objects.exclude(pk=world.keys["evidence_grid"]).get()
    FrozenEvidence.objects.create(
        year=year,
        grid=grid,
        grid_name=grid.name,
        grid_source=grid.source,
        point_euros=7,
        list_size=100,
        list_is_declared=True,
        prerequisites_bind=True,
        content_hash="a" * 64,
        paper=b"%PDF-",
        paper_hash="b" * 64,
        frozen_by_name="Claire Morel",
    )
    return year.year


@record("evidence_proof")
def evidence_proof(world: World) -> int:
    year, _made = EvidenceYear.objects.get_or_create(centre=_centre(), year=2026)
    upload = UploadFactory(on_disk=True)
    return EvidenceProof.objects.create(year=year, code="sas", title="Liste", upload=upload).pk
