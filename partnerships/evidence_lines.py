"""A report as it is shown, live or frozen alike. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from partnerships.evidence_frame import Behind
from partnerships.models import MeasureCode, Standing


@dataclass(frozen=True)
class Line:
    """One indicator of one year, live or frozen alike."""

    code: str
    name: str
    axis: str
    standing: str
    measure: str
    unit: str
    wants: str
    value: Decimal | None
    is_met: bool
    condition: str
    points: Decimal
    euros: Decimal
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rows: list[Behind] = field(default_factory=list)

    @property
    def is_declared(self) -> bool:
        return self.measure == MeasureCode.DECLARED

    @property
    def is_prerequisite(self) -> bool:
        return self.standing == Standing.PREREQUISITE

    @property
    def state(self) -> str:
        """met, unproved (its points hang on papers), short, or unknown."""
        if self.value is None:
            return "unknown"
        if not self.is_met:
            return "short"
        return "unproved" if self.missing else "met"


@dataclass(frozen=True)
class Report:
    year: int
    lines: list[Line]
    grid_name: str
    grid_source: str
    point_euros: Decimal
    list_size: int
    list_is_declared: bool
    prerequisites_bind: bool
    last: date

    @property
    def points(self) -> Decimal:
        return sum((line.points for line in self.lines), Decimal(0))

    @property
    def euros(self) -> Decimal:
        return sum((line.euros for line in self.lines), Decimal(0))

    @property
    def unproved(self) -> Decimal:
        """Of the points, those whose papers are not complete."""
        return sum((line.points for line in self.lines if line.missing), Decimal(0))

    @property
    def prerequisites_missing(self) -> list[Line]:
        return [line for line in self.lines if line.is_prerequisite and not line.is_met]

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.code == code), None)
