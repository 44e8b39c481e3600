"""« Pilotage »: totals for who shares the money, what stands behind for who proves, the grid for the administrator."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import DESK, MANAGERS, NOBODY, PROFESSIONALS

ADMINISTRATOR = frozenset({"administrator"})
# Self-employed members of the house; neither trainees nor those who come from a partner.
MEMBERS = PROFESSIONALS - {"trainee", "past_trainee", "partner", "agreed_partner"}

ROWS: list[Row] = [
    row("evidence", MEMBERS | (DESK - {"secretary"}), NOBODY),
    row("evidence_indicator", MANAGERS, NOBODY, year="evidence_year", code="evidence_code"),
    row("add_evidence_proof", NOBODY, MANAGERS, year="evidence_year", code="evidence_code"),
    row("declare_evidence", NOBODY, MANAGERS, year="evidence_year", code="evidence_code"),
    row("evidence_proof", MANAGERS, NOBODY, pk="evidence_proof"),
    row("remove_evidence_proof", NOBODY, MANAGERS, pk="evidence_proof"),
    row("set_evidence_list", MANAGERS, year="evidence_year"),
    row("freeze_evidence", MANAGERS, year="evidence_year_over"),
    row("evidence_paper", MANAGERS, NOBODY, year="evidence_year_frozen"),
    row("verify_evidence", NOBODY, MANAGERS, year="evidence_year_frozen"),
    row("evidence_grids", MANAGERS, NOBODY),
    row("start_evidence_grid", NOBODY, ADMINISTRATOR),
    row("evidence_grid", MANAGERS, NOBODY, pk="evidence_grid"),
    row("edit_evidence_grid", ADMINISTRATOR, pk="evidence_grid"),
    row("copy_evidence_grid", ADMINISTRATOR, pk="evidence_grid"),
    row("remove_evidence_grid", ADMINISTRATOR, pk="evidence_grid"),
    row("add_indicator", ADMINISTRATOR, pk="evidence_grid"),
    row("edit_indicator", ADMINISTRATOR, pk="indicator"),
    row("remove_indicator", NOBODY, ADMINISTRATOR, pk="indicator"),
]
