"""The administrator writes the grid: the first one, another version, its lines. What a frozen year used stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from partnerships import evidence_usual
from partnerships.evidence_access import is_kept
from partnerships.models import EvidenceGrid, FrozenEvidence, Indicator, IndicatorLevel
from practitioners.models import Centre

type Steps = Iterable[tuple[Decimal, Decimal]]


class GridOverlaps(Refusal):
    """Two grids would hold on one day."""


class GridIsKept(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Une année est figée avec cette grille : elle ne change plus. Faites-en une nouvelle version.")
        )


class YearIsFrozen(Refusal):
    def __init__(self, year: int) -> None:
        super().__init__(
            _("L’année %(year)s est figée avec la grille précédente : commencez après.") % {"year": year}
        )


class AlreadyStarted(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une grille existe déjà : faites-en une nouvelle version."))


def start_grid(centre: Centre, *, actor: User | None) -> EvidenceGrid:
    """The usual grid for a house that has none. Raises `AlreadyStarted`."""
    with transaction.atomic():
        _hold(centre)
        if EvidenceGrid.objects.filter(centre=centre).exists():
            raise AlreadyStarted
        grid = EvidenceGrid.objects.create(
            centre=centre,
            name=evidence_usual.NAME,
            source=evidence_usual.SOURCE,
            valid_from=evidence_usual.VALID_FROM,
            point_euros=evidence_usual.POINT_EUROS,
            reference_list=evidence_usual.REFERENCE_LIST,
            stay_levels=list(evidence_usual.STAY_LEVELS),
            created_by=actor,
        )
        for number, usual in enumerate(evidence_usual.INDICATORS, start=1):
            line = Indicator.objects.create(
                grid=grid,
                position=number * 10,
                code=usual.code,
                name=usual.name,
                axis=usual.axis,
                standing=usual.standing,
                measure=usual.measure,
                formula=usual.formula,
                wants=usual.wants,
                proofs=list(usual.proofs),
                **usual.figures,
            )
            _set_levels(line, [(Decimal(value), Decimal(points)) for value, points in usual.levels])
        record(actor, "evidence_grid.started", grid, name=grid.name)
    return grid


def copy_grid(earlier: EvidenceGrid, *, name: str, valid_from: date, actor: User) -> EvidenceGrid:
    """A new version with the same lines; the earlier one ends the day before. Raises `GridOverlaps`, `YearIsFrozen`."""
    with transaction.atomic():
        _hold(earlier.centre)
        earlier = EvidenceGrid.objects.get(pk=earlier.pk)
        _end_before(earlier, valid_from)
        lines = list(earlier.indicators.prefetch_related("levels").order_by("position", "pk"))
        grid = EvidenceGrid.objects.get(pk=earlier.pk)
        grid.pk, grid._state.adding = None, True
        grid.name, grid.valid_from, grid.valid_until, grid.created_by = name, valid_from, None, actor
        _insert(grid)
        for line in lines:
            levels = [(level.threshold, level.points) for level in line.levels.all()]
            line.pk, line._state.adding, line.grid = None, True, grid
            line._prefetched_objects_cache = {}  # type: ignore[attr-defined]
            line.save(force_insert=True)
            _set_levels(line, levels)
        record(actor, "evidence_grid.copied", grid, earlier=earlier.pk, valid_from=valid_from.isoformat())
    return grid


def save_grid(grid: EvidenceGrid, *, actor: User) -> EvidenceGrid:
    """Corrected; one that is kept may only be given another end. Raises `GridOverlaps`, `YearIsFrozen`."""
    with transaction.atomic():
        _hold(grid.centre)
        if is_kept(grid):
            _not_before_a_frozen_year(grid, grid.valid_until)
            _update(grid, ["valid_until"])
        else:
            _update(grid, None)
        record(
            actor,
            "evidence_grid.changed",
            grid,
            valid_from=grid.valid_from.isoformat(),
            valid_until=grid.valid_until.isoformat() if grid.valid_until else None,
            point_euros=str(grid.point_euros),
        )
    return grid


def remove_grid(grid: EvidenceGrid, *, actor: User) -> None:
    """Only one that no year was frozen with. Raises `GridIsKept`."""
    with transaction.atomic():
        _hold(grid.centre)
        _changeable(grid)
        record(actor, "evidence_grid.removed", grid, name=grid.name)
        grid.delete()


def save_indicator(indicator: Indicator, levels: Steps, *, actor: User) -> Indicator:
    """Raises `GridIsKept`."""
    with transaction.atomic():
        _hold(indicator.grid.centre)
        _changeable(indicator.grid)
        is_new = indicator.pk is None
        indicator.save()
        _set_levels(indicator, levels)
        action = "indicator.added" if is_new else "indicator.changed"
        record(actor, action, indicator, grid=indicator.grid_id, code=indicator.code)
    return indicator


def remove_indicator(indicator: Indicator, *, actor: User) -> None:
    """Raises `GridIsKept`."""
    with transaction.atomic():
        _hold(indicator.grid.centre)
        _changeable(indicator.grid)
        record(actor, "indicator.removed", indicator, grid=indicator.grid_id, code=indicator.code)
        indicator.delete()


def _hold(centre: Centre) -> None:
    """Freezing a year takes it too: a grid does not change while a year is being read with it."""
    lock("evidence", centre.pk)


def _changeable(grid: EvidenceGrid) -> None:
    if is_kept(grid):
        raise GridIsKept


def _end_before(grid: EvidenceGrid, valid_from: date) -> None:
    """Where it still holds on that day, and began before."""
    day_before = valid_from - timedelta(days=1)
    if grid.valid_from < valid_from and (grid.valid_until is None or grid.valid_until >= valid_from):
        _not_before_a_frozen_year(grid, day_before)
        grid.valid_until = day_before
        grid.save(update_fields=["valid_until"])


def _not_before_a_frozen_year(grid: EvidenceGrid, last_day: date | None) -> None:
    years = FrozenEvidence.objects.filter(grid=grid).order_by("-year__year")
    newest = years.values_list("year__year", flat=True).first()
    if newest is not None and last_day is not None and last_day < date(newest, 12, 31):
        raise YearIsFrozen(newest)


def _insert(grid: EvidenceGrid) -> None:
    try:
        with transaction.atomic():
            grid.save(force_insert=True)
    except IntegrityError as error:
        _refuse(error)


def _update(grid: EvidenceGrid, fields: list[str] | None) -> None:
    try:
        with transaction.atomic():
            grid.save(update_fields=fields) if fields else grid.save()
    except IntegrityError as error:
        _refuse(error)


def _refuse(error: IntegrityError) -> None:
    sentence = constraint_sentence(error, EvidenceGrid)
    if sentence is None:
        raise error
    raise GridOverlaps(sentence) from error


def _set_levels(indicator: Indicator, levels: Steps) -> None:
    indicator.levels.all().delete()
    IndicatorLevel.objects.bulk_create(
        [IndicatorLevel(indicator=indicator, threshold=value, points=points) for value, points in levels]
    )
