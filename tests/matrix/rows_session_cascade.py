"""Who was expected in a cancelled session is looked after by who manages partners, and by nobody else."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import MANAGERS, NOBODY

ROWS: list[Row] = [
    row("cancel_partner_sessions", MANAGERS, pk="establishment"),
    row("session_cascades", MANAGERS, NOBODY),
    row("session_cascade", MANAGERS, NOBODY, pk="cancelled_session"),
    row("plan_session_cascade", NOBODY, MANAGERS, pk="cancelled_session"),
    row("approve_session_cascade", NOBODY, MANAGERS, pk="cancelled_session"),
    row("undo_session_cascade", NOBODY, MANAGERS, pk="cancelled_session"),
    row(
        "edit_session_cascade_line",
        MANAGERS,
        pk="expecting_session",
        reference="expected_visit",
    ),
    row(
        "call_session_patient",
        MANAGERS,
        pk="expecting_session",
        reference="expected_visit",
    ),
]
