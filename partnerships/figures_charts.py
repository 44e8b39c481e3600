"""A table of figures as `templates/components/chart.html` shows and draws it. Pure."""

from __future__ import annotations

from core.web.charts import Cell, Chart, Row
from partnerships.figures_table import Column, Line, Table, Unit, plain


def chart_of(table: Table) -> Chart:
    return Chart(
        key=table.key,
        title=table.sentence,
        first_heading=table.first_heading,
        headings=[_heading(column) for column in table.columns],
        rows=[_row(line, table.columns) for line in table.lines],
        total=_row(table.total, table.columns) if table.total else None,
        kind=table.kind,
        unit=table.columns[0].unit.label if table.columns[0].unit != Unit.COUNT else "",
        newest_first=False,
        drawn=table.drawn,
        pale=next((index for index, column in enumerate(table.columns) if column.is_before), None),
        is_wide=True,
    )


def _heading(column: Column) -> str:
    """The unit belongs to it where the cells do not say it."""
    if column.unit == Unit.COUNT:
        return column.short_heading
    return f"{column.short_heading} ({column.unit.label})"


def _row(line: Line, columns: list[Column]) -> Row:
    cells = [
        Cell(plain(value, column.unit), value) for value, column in zip(line.values, columns, strict=False)
    ]
    return Row(line.label[:1].upper() + line.label[1:], cells)
