"""The figures of all professions side by side are the coordinator's, or the administrator's in his place."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import MANAGERS, NOBODY

ROWS: list[Row] = [
    row("figures", MANAGERS, NOBODY),
    row("figures_theme", MANAGERS, NOBODY, slug="delais"),
    row("figures_dictionary", MANAGERS, NOBODY),
    row("export_figures", NOBODY, MANAGERS),
]
