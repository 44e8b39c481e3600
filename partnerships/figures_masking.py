"""What of a table of figures may leave the house: no small number, and none from which one could be computed. Pure.

Two files of periods that differ by a day would tell the people of that day by subtraction: numbers of people and of
visits leave rounded, the same cell of the same period always alike, and what is computed of them without decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from coordination.minutes_pdf import SMALL
from partnerships.evidence_masking import is_small, masked_table
from partnerships.figures_sql import Number
from partnerships.figures_table import Column, Table, count

# What is left of one file less another is then a multiple of what is too small to be told.
STEP = SMALL

type Place = tuple[int, int]


def hidden() -> str:
    """Not communicated."""
    return _("n. c.")


@dataclass(frozen=True)
class Outgoing:
    """`rows`: label and values, the total last where there is one. A hidden value is `hidden()`."""

    columns: list[Column]
    rows: list[tuple[str, list[Number | str]]]

    @property
    def hides(self) -> bool:
        return any(isinstance(value, str) for _label, values in self.rows for value in values)


def outgoing(table: Table) -> Outgoing:
    columns = table.every_column
    lines = [*table.lines, *([table.total] if table.total else [])]
    away = _hidden_people(table)
    where = {column.key: index for index, column in enumerate(columns)}
    for index, column in enumerate(columns):
        bases = [where[base] for base in column.bases]
        away |= {(row, index) for row in range(len(lines)) for base in bases if (row, base) in away}
    return Outgoing(
        columns,
        [
            (
                line.label,
                [
                    hidden() if (row, index) in away else _rounded(value, columns[index])
                    for index, value in enumerate(line.values)
                ],
            )
            for row, line in enumerate(lines)
        ],
    )


def _rounded(value: Number, column: Column) -> Number:
    """To the nearest five for who is counted; a rate or a median of them to a whole."""
    if value is None or not (column.is_people or column.bases):
        return value
    step = Decimal(STEP if column.is_people else 1)
    return int((Decimal(value) / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def _hidden_people(table: Table) -> set[Place]:
    """Every column of people by itself, and each with the column that it is a part of and with what is left of it."""
    where = {column.key: index for index, column in enumerate(table.every_column)}
    away: set[Place] = set()
    for index, column in enumerate(table.every_column):
        if column.is_people:
            away |= (
                _alone(table, index) if not column.adds_up or table.total is None else _summed(table, index)
            )
        if column.is_people and column.part_of in where:
            away |= _parts(table, index, where[column.part_of])
    return away


def _alone(table: Table, index: int) -> set[Place]:
    lines = [*table.lines, *([table.total] if table.total else [])]
    return {(row, index) for row, line in enumerate(lines) if is_small(count(line.values[index]))}


def _summed(table: Table, index: int) -> set[Place]:
    if not table.lines:
        return _alone(table, index)
    found = masked_table([[count(line.values[index])] for line in table.lines])
    rows = [*(row[0] for row in found.cells), found.column_totals[0]]
    return {(row, index) for row, value in enumerate(rows) if isinstance(value, str)}


def _parts(table: Table, part: int, whole: int) -> set[Place]:
    """« 5 absents sur 6 » says that one came: part and rest are cells of one table, the whole its total."""
    if table.total is None or not table.lines:
        small = [
            row
            for row, line in enumerate(table.lines)
            if is_small(count(line.values[whole]) - count(line.values[part]))
        ]
        return {(row, part) for row in small}
    found = masked_table(
        [
            [count(line.values[part]), count(line.values[whole]) - count(line.values[part])]
            for line in table.lines
        ]
    )
    parts = [*(row[0] for row in found.cells), found.column_totals[0]]
    wholes = [*found.row_totals, found.total]
    return {
        (row, index)
        for index, values in ((part, parts), (whole, wholes))
        for row, value in enumerate(values)
        if isinstance(value, str)
    }
