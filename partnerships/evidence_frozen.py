"""A frozen year read from its rows, and whether rows and paper are still those whose hashes were written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from core.uploads.models import UploadState
from partnerships.evidence_frame import Behind
from partnerships.evidence_lines import Line, Report
from partnerships.models import EvidenceProof, FrozenEvidence, FrozenIndicator, FrozenRow


def report_of(frozen: FrozenEvidence, *, only: str = "", with_rows: bool = True) -> Report:
    """Two queries more than the row itself, three where the rows behind are wanted."""
    lines = FrozenIndicator.objects.filter(frozen=frozen).order_by("position", "pk")
    if only:
        lines = lines.filter(code=only)
    return Report(
        year=frozen.year.year,
        lines=[_line(one) for one in (_with_rows(lines) if with_rows else lines)],
        grid_name=frozen.grid_name,
        grid_source=frozen.grid_source,
        point_euros=frozen.point_euros,
        list_size=frozen.list_size,
        list_is_declared=frozen.list_is_declared,
        prerequisites_bind=frozen.prerequisites_bind,
        last=date(frozen.year.year, 12, 31),
    )


def _with_rows(lines: QuerySet[FrozenIndicator]) -> QuerySet[FrozenIndicator]:
    rows = FrozenRow.objects.order_by("position", "pk")
    return lines.prefetch_related(Prefetch("rows", rows, to_attr="kept_rows"))


def _line(row: FrozenIndicator) -> Line:
    return Line(
        code=row.code,
        name=row.name,
        axis=row.axis,
        standing=row.standing,
        measure=row.measure,
        unit=row.unit,
        wants=row.wants,
        value=row.value,
        is_met=row.is_met,
        condition=row.condition,
        points=row.points,
        euros=row.euros,
        facts=row.facts,
        missing=row.missing,
        rows=[
            Behind(one.title, one.counts, one.day, one.detail, one.people, one.url)
            for one in getattr(row, "kept_rows", [])
        ],
    )


def content_hash(report: Report, papers: list[dict[str, str]]) -> str:
    """SHA-256 of every figure and word of the report, with the digests of the papers that prove it."""
    content: dict[str, Any] = {
        **{key: value for key, value in asdict(report).items() if key != "lines"},
        "lines": [asdict(line) for line in report.lines],
        "papers": papers,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plainly)
    return hashlib.sha256(text.encode()).hexdigest()


def _plainly(value: object) -> str:
    """A sum reads the same before and after the database has kept it."""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def papers_of(year_pk: int) -> list[dict[str, str]]:
    """What was shown: of each paper its title and the SHA-256 of its file. One query."""
    rows = EvidenceProof.objects.filter(year=year_pk, upload__state=UploadState.READY).order_by("code", "pk")
    return [
        {"code": code, "title": title, "digest": digest}
        for code, title, digest in rows.values_list("code", "title", "upload__digest")
    ]


@dataclass(frozen=True)
class Verdict:
    rows_hold: bool
    paper_holds: bool

    @property
    def holds(self) -> bool:
        return self.rows_hold and self.paper_holds


def verify(frozen: FrozenEvidence) -> Verdict:
    """Computes both hashes anew from what is in the database. Four queries."""
    paper = FrozenEvidence.objects.values_list("paper", flat=True).get(pk=frozen.pk)
    return Verdict(
        rows_hold=content_hash(report_of(frozen), papers_of(frozen.year_id)) == frozen.content_hash,
        paper_holds=hashlib.sha256(bytes(paper)).hexdigest() == frozen.paper_hash,
    )
