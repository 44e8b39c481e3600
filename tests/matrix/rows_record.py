"""The shared record of one person, and what the patient says about it."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import NOBODY

ROWS: list[Row] = [
    row("record_panel", NOBODY, pk="patient", name="nothing"),
]
