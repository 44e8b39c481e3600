"""Small numbers leave neither by themselves nor by subtraction."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.evidence_masking import is_small, masked, masked_line, masked_table

NC = "n. c."


def test_a_number_alone() -> None:
    assert [masked(number) for number in (0, 1, 4, 5, 300)] == [0, "moins de 5", "moins de 5", 5, 300]


def test_a_hidden_number_takes_a_second_one_with_it() -> None:
    assert masked_line([12, 3, 40, 7]) == ([12, NC, 40, NC], 62)


def test_two_small_numbers_that_tell_each_other_take_a_third() -> None:
    # 1 + 1 = 2, read from the total: the next smallest goes too.
    assert masked_line([1, 20, 1, 9]) == ([NC, 20, NC, NC], 31)


def test_nothing_small_hides_nothing() -> None:
    table = masked_table([[10, 0], [7, 5]])
    assert (table.cells, table.row_totals, table.column_totals, table.total) == (
        [[10, 0], [7, 5]],
        [10, 12],
        [17, 5],
        22,
    )
    assert not table.hides


def test_one_small_cell_of_a_table_hides_a_square() -> None:
    """By its row, by its column, and the fourth corner that gives both away."""
    table = masked_table([[2, 10, 30], [20, 15, 40], [50, 60, 70]])
    assert table.cells == [[NC, NC, 30], [NC, NC, 40], [50, 60, 70]]
    assert (table.row_totals, table.column_totals, table.total) == ([42, 75, 180], [72, 85, 140], 297)


@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_no_small_number_can_be_computed(cells: list[list[int]]) -> None:
    """Every small cell has another value in some other table of numbers that reads the same from outside."""
    shown = masked_table(cells)
    flat = [(y, x) for y, row in enumerate(cells) for x in range(len(row))]
    away = [(y, x) for y, x in flat if isinstance(shown.cells[y][x], str)]
    if len(away) > 4:
        return  # too many to try them all; what is hidden so widely is covered by the smaller ones
    small = {(y, x) for y, x in flat if is_small(cells[y][x])}
    other: dict[tuple[int, int], set[int]] = {cell: set() for cell in small}
    for values in product(range(12), repeat=len(away)):
        trial = [list(row) for row in cells]
        for (y, x), value in zip(away, values, strict=True):
            trial[y][x] = value
        if _reads_the_same(trial, shown):
            for y, x in small:
                other[y, x].add(trial[y][x])
    assert all(len(found) > 1 for found in other.values())


def _reads_the_same(trial: list[list[int]], shown: object) -> bool:
    rows = [sum(row) for row in trial]
    columns = [sum(column) for column in zip(*trial, strict=True)]
    seen = [*shown.row_totals, *shown.column_totals, shown.total]  # type: ignore[attr-defined]
    return all(
        isinstance(is_seen, str) or is_seen == made
        for is_seen, made in zip(seen, [*rows, *columns, sum(rows)], strict=True)
    )
