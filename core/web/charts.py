"""What `templates/components/chart.html` draws: a table that is always there, and a picture made of it by script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

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


class Heading(NamedTuple):
    text: str
    is_drawn: bool
    is_pale: bool


@dataclass
class Chart:
    """`key` makes the identifiers of the page. The rows in the order of the drawing, left to right."""

    key: str
    title: str
    first_heading: str
    headings: list[str]
    rows: list[Row]
    kind: Literal["line", "bar", "across"] = "line"
    unit: str = ""
    lines: list[Line] = field(default_factory=list)
    note_heading: str = ""
    newest_first: bool = True
    """How the table is read; the drawing goes from left to right either way."""
    total: Row | None = None
    drawn: int | None = None
    """How many of the columns are drawn, from the left; all of them where nothing is said."""
    pale: int | None = None
    """The column that stands back in the drawing: what the others are compared with."""
    is_wide: bool = False
    """The picture above the table, which needs the whole width."""

    @property
    def columns(self) -> list[Heading]:
        last = len(self.headings) if self.drawn is None else self.drawn
        return [Heading(text, index < last, index == self.pale) for index, text in enumerate(self.headings)]

    @property
    def is_drawn(self) -> bool:
        return self.drawn != 0

    @property
    def table_rows(self) -> Iterable[Row]:
        return reversed(self.rows) if self.newest_first else self.rows


def day_of(moment: datetime) -> str:
    return f"{french.short_day(moment)} {french.local_date(moment).year}"
