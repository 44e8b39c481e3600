"""What `templates/components/chart.html` draws: a table that is always there, and a picture made of it by script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from core.formats import french


@dataclass(frozen=True)
class Cell:
    """`value` is drawn, `text` is read; without a value nothing is drawn there."""

    text: str
    value: Decimal | float | int | None = None

    @property
    def plain(self) -> str:
        """As a machine reads it, in every language."""
        return (
            ""
            if self.value is None
            else f"{self.value:f}"
            if isinstance(self.value, Decimal)
            else str(self.value)
        )


@dataclass(frozen=True)
class Row:
    """One place on the horizontal line: an instant (drawn to scale) or a word (side by side)."""

    label: str
    cells: list[Cell]
    at: datetime | None = None
    note: str = ""
    url: str = ""

    @property
    def milliseconds(self) -> int | None:
        return None if self.at is None else round(self.at.timestamp() * 1000)


@dataclass(frozen=True)
class Line:
    """A value worth seeing from everywhere: a threshold, a goal."""

    label: str
    value: Decimal | float | int

    @property
    def plain(self) -> str:
        return f"{self.value:f}" if isinstance(self.value, Decimal) else str(self.value)


@dataclass
class Chart:
    """`key` makes the identifiers of the page. The rows in the order of the drawing, left to right."""

    key: str
    title: str
    first_heading: str
    headings: list[str]
    rows: list[Row]
    kind: Literal["line", "bar"] = "line"
    unit: str = ""
    lines: list[Line] = field(default_factory=list)
    note_heading: str = ""
    newest_first: bool = True
    """How the table is read; the drawing goes from left to right either way."""

    @property
    def table_rows(self) -> Iterable[Row]:
        return reversed(self.rows) if self.newest_first else self.rows


def day_of(moment: datetime) -> str:
    return f"{french.short_day(moment)} {french.local_date(moment).year}"
