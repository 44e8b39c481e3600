"""Small numbers of people in what leaves the house. Pure; one for every report, so that all hide the same.

A number from 1 to 4 might point to somebody. Where it stands in a table with totals, one hidden cell is found again by
subtraction: others are hidden with it until no hidden cell can be computed, and all hidden cells read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coordination.minutes_pdf import SMALL

Shown = int | str


@dataclass(frozen=True)
class MaskedTable:
    """What may leave: the cells as they were given, their totals by row and by column, and the whole."""

    cells: list[list[Shown]]
    row_totals: list[Shown]
    column_totals: list[Shown]
    total: Shown

    @property
    def hides(self) -> bool:
        """Whether the sentence that explains the hidden cells is owed."""
        every = [*self.row_totals, *self.column_totals, self.total]
        return any(isinstance(one, str) for row in [*self.cells, every] for one in row)


def is_small(number: int) -> bool:
    return 0 < number < SMALL


def masked(number: int) -> int | str:
    """A number that stands alone: nothing beside it from which it could be computed."""
    return _("moins de %(small)s") % {"small": SMALL} if is_small(number) else number


def masked_line(numbers: Sequence[int]) -> tuple[list[Shown], Shown]:
    """Numbers that add up, and their total."""
    table = masked_table([numbers])
    return table.cells[0], table.row_totals[0]


def masked_table(cells: Sequence[Sequence[int]]) -> MaskedTable:
    """Rows of the same length, without their totals: these are computed and hidden where they must be."""
    whole = [[*row, sum(row)] for row in cells]
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    hidden = _hidden(whole)
    shown: list[list[Shown]] = [
        [_("n. c.") if (y, x) in hidden else number for x, number in enumerate(row)]
        for y, row in enumerate(whole)
    ]
    *rows, last = shown
    return MaskedTable([row[:-1] for row in rows], [row[-1] for row in rows], last[:-1], last[-1])


Cell = tuple[int, int]


def _hidden(whole: list[list[int]]) -> set[Cell]:
    """Totals are cells as the others: in every row and column the total less its parts is nought."""
    every = {(y, x): number for y, row in enumerate(whole) for x, number in enumerate(row)}
    hidden = {cell for cell, number in every.items() if is_small(number)}
    while more := _one_more(hidden, every):
        hidden.add(more)
    return hidden


def _one_more(hidden: set[Cell], every: dict[Cell, int]) -> Cell | None:
    for cell in sorted(hidden):
        for axis in (0, 1):
            line = {other for other in every if other[axis] == cell[axis]}
            away = line & hidden
            if len(away) < 2 or sum(every[one] for one in away) < SMALL:
                found = _cheapest(line - hidden, every)
                if found is not None:
                    return found
        if is_small(every[cell]) and not _joined(cell, hidden):
            side = _side(cell, hidden)
            found = _cheapest({one for one in every.keys() - hidden if _crosses(one, side)}, every)
            if found is not None:
                return found
    return None


def _cheapest(open_cells: set[Cell], every: dict[Cell, int]) -> Cell | None:
    """Hide the least: the smallest number that is not nought; an empty cell where nothing else is left."""
    return min(open_cells, key=lambda cell: (every[cell] == 0, every[cell], cell), default=None)


def _joined(cell: Cell, hidden: set[Cell]) -> bool:
    """Whether its row and its column also meet by way of other hidden cells. If not, it can be computed."""
    return not _crosses(cell, _side(cell, hidden))


def _side(cell: Cell, hidden: set[Cell]) -> set[tuple[str, int]]:
    """The rows and columns that hidden cells tie to the row of this one, without itself."""
    reached = {("row", cell[0])}
    others = hidden - {cell}
    grew = True
    while grew:
        ends = [{("row", y), ("column", x)} for y, x in others]
        more = set().union(*(pair for pair in ends if pair & reached)) - reached
        reached |= more
        grew = bool(more)
    return reached


def _crosses(cell: Cell, side: set[tuple[str, int]]) -> bool:
    return (("row", cell[0]) in side) != (("column", cell[1]) in side)
