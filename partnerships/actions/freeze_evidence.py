"""A year is over and proved: its figures, what stands behind them and its paper are written once, for good."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from core.uploads.models import UploadState
from partnerships import evidence_pdf
from partnerships.evidence import grid_for, report
from partnerships.evidence_frozen import content_hash, papers_of
from partnerships.evidence_lines import Line
from partnerships.models import (
    EvidenceProof,
    EvidenceYear,
    FrozenEvidence,
    FrozenIndicator,
    FrozenRow,
)
from practitioners.models import Centre


class YearNotOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("L’année n’est pas finie : elle se fige à partir du 1er janvier suivant."))


class NoGrid(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucune grille ne vaut au 31 décembre de cette année."))


class AlreadyFrozen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette année est déjà figée."))


class PapersBeingChecked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une pièce est encore en contrôle : réessayez dans un instant."))


def freeze_evidence(centre: Centre, year: int, *, actor: User) -> FrozenEvidence:
    """In French whatever the screen speaks. Raises `YearNotOver`, `NoGrid`, `AlreadyFrozen`, `PapersBeingChecked`."""
    if clock.today().year <= year:
        raise YearNotOver
    with transaction.atomic(), translation.override("fr"):
        lock("evidence", centre.pk)
        said = _open_year(centre, year)
        grid = grid_for(centre, year)
        if grid is None:
            raise NoGrid
        found = report(centre, year, grid)
        papers = papers_of(said.pk)
        hashed = content_hash(found, papers)
        paper = evidence_pdf.paper(centre, found, papers, hashed, by=str(actor))
        frozen = FrozenEvidence.objects.create(
            year=said,
            grid=grid,
            grid_name=found.grid_name,
            grid_source=found.grid_source,
            point_euros=found.point_euros,
            list_size=found.list_size,
            list_is_declared=found.list_is_declared,
            prerequisites_bind=found.prerequisites_bind,
            content_hash=hashed,
            paper=paper,
            paper_hash=hashlib.sha256(paper).hexdigest(),
            frozen_by=actor,
            frozen_by_name=str(actor),
        )
        for position, line in enumerate(found.lines):
            _keep(frozen, position, line)
        record(
            actor,
            "evidence.frozen",
            frozen,
            year=year,
            points=str(found.points),
            content_hash=hashed,
            paper_hash=frozen.paper_hash,
        )
    return frozen


def _open_year(centre: Centre, year: int) -> EvidenceYear:
    said, _made = EvidenceYear.objects.get_or_create(centre=centre, year=year)
    if FrozenEvidence.objects.filter(year=said).exists():
        raise AlreadyFrozen
    in_check = [UploadState.RECEIVED, UploadState.CHECKING]
    if EvidenceProof.objects.filter(year=said, upload__state__in=in_check).exists():
        raise PapersBeingChecked
    return said


def _keep(frozen: FrozenEvidence, position: int, line: Line) -> None:
    kept = FrozenIndicator.objects.create(
        frozen=frozen,
        position=position,
        code=line.code,
        name=line.name,
        axis=line.axis,
        standing=line.standing,
        measure=line.measure,
        unit=line.unit,
        wants=line.wants,
        value=line.value,
        is_met=line.is_met,
        condition=line.condition,
        points=line.points,
        euros=line.euros,
        facts=line.facts,
        missing=line.missing,
    )
    FrozenRow.objects.bulk_create(
        [
            FrozenRow(
                line=kept,
                position=number,
                day=row.day,
                title=row.title,
                detail=row.detail,
                counts=row.counts,
                people=row.people,
                url=row.url,
            )
            for number, row in enumerate(line.rows)
        ]
    )
