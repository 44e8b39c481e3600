"""The coordinator proves, the administrator keeps the grid; who shares the money reads the totals, nobody else."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import Visitor, has_role, is_administrator
from accounts.models import Role
from core import clock
from partnerships.models import EvidenceGrid, EvidenceProof, EvidenceYear, FrozenEvidence, Indicator
from practitioners.house import the_house
from practitioners.models import Centre

FIRST_YEAR = 2017


def may_read_totals(user: Visitor) -> bool:
    """The contract is the team's, and so is what it pays: its self-employed members too. Costs no query."""
    return has_role(user, Role.COORDINATOR, Role.ADMINISTRATOR, Role.PRACTITIONER)


def may_prove(user: Visitor) -> bool:
    """What stands behind a value names colleagues and their hours: the coordinator's, and the administrator's."""
    return has_role(user, Role.COORDINATOR, Role.ADMINISTRATOR)


def may_set_grid(user: Visitor) -> bool:
    return is_administrator(user)


def the_centre() -> Centre:
    centre = the_house().centre
    if centre is None:
        raise Http404
    return centre


def get_year(user: Visitor, year: int) -> int:
    """A year that has begun, for who proves it."""
    if not may_prove(user) or not FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    return year


def get_year_to_prove(user: Visitor, year: int) -> EvidenceYear:
    """Not frozen; not saved before something is said for it."""
    found = EvidenceYear.objects.filter(centre=the_centre(), year=get_year(user, year)).first()
    if found is not None and FrozenEvidence.objects.filter(year=found).exists():
        raise Http404
    return found or EvidenceYear(centre=the_centre(), year=year)


def frozen_years(centre: Centre) -> QuerySet[FrozenEvidence]:
    """Without the paper, which is heavy: it is read where it is handed out."""
    return (
        FrozenEvidence.objects.filter(year__centre=centre)
        .select_related("year")
        .defer("paper")
        .order_by("pk")
    )


def frozen_of(centre: Centre, year: int) -> FrozenEvidence | None:
    return frozen_years(centre).filter(year__year=year).first()


def get_frozen(user: Visitor, year: int) -> FrozenEvidence:
    frozen = frozen_of(the_centre(), get_year(user, year))
    if frozen is None:
        raise Http404
    return frozen


def get_proof(user: Visitor, pk: int) -> EvidenceProof:
    proof = EvidenceProof.objects.select_related("upload", "year__frozen").filter(pk=pk).first()
    if proof is None or not may_prove(user):
        raise Http404
    return proof


def get_grid(user: Visitor, pk: int) -> EvidenceGrid:
    grid = EvidenceGrid.objects.filter(pk=pk, centre=the_centre()).first()
    if grid is None or not may_prove(user):
        raise Http404
    return grid


def get_grid_to_set(user: Visitor, pk: int) -> EvidenceGrid:
    if not may_set_grid(user):
        raise Http404
    return get_grid(user, pk)


def get_indicator_to_set(user: Visitor, pk: int) -> Indicator:
    indicator = Indicator.objects.select_related("grid").filter(pk=pk).first()
    if indicator is None or not may_set_grid(user):
        raise Http404
    return indicator


def is_kept(grid: EvidenceGrid) -> bool:
    """A year was frozen with it."""
    return FrozenEvidence.objects.filter(grid=grid).exists()


def years(first_grid: date | None) -> list[int]:
    """Those that one can choose, the newest first."""
    this_year = clock.today().year
    first = max(FIRST_YEAR, min(first_grid.year if first_grid else this_year, this_year))
    return list(range(this_year, first - 1, -1))
