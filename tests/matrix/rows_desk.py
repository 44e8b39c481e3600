"""The coordinator's desk about partners, and what is done with a session on its day."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import DESK, MANAGERS, NOBODY

# The professional who holds the session of the record comes from a partner; his colleague sees nothing of it.
HOLDER = frozenset({"partner"})
PARTNERS = HOLDER | {"agreed_partner"}

ROWS: list[Row] = [
    row("partners_desk", MANAGERS, NOBODY),
    Row("settle_consultation_sessions", NOBODY, MANAGERS, data={"geste": "relancer"}),
    row("my_consultation_sessions", PARTNERS, NOBODY),
    row("print_session_sheets", NOBODY, DESK),
    row("print_session_sheet", NOBODY, DESK | HOLDER, pk="attended_session"),
    row("session_minutes", MANAGERS | HOLDER, pk="attended_session"),
    row(
        "note_presence",
        NOBODY,
        DESK | HOLDER,
        pk="attended_session",
        reference="visit_of_session",
        presence="arrive",
    ),
]
