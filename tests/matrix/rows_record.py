"""The shared record of one person, and what the patient says about it."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, NOBODY, OWNER, SIGNED_IN

ROWS: list[Row] = [
    row("record_panel", CARE, NOBODY, pk="patient", name="equipe"),
    row("record_pdf", CARE | DESK, NOBODY, pk="patient"),
    row("record_death", CARE | DESK, pk="patient"),
    row("undo_death", CARE | DESK, pk="patient"),
    row("allergies", CARE, pk="patient"),
    row("no_known_allergy", NOBODY, CARE, pk="patient"),
    row("correct_allergy", CARE, pk="patient", allergy_pk="allergy"),
    row("withdraw_allergy", CARE, pk="patient", allergy_pk="allergy"),
    row("alerts", CARE | DESK, pk="patient"),
    row("correct_alert", CARE | DESK, pk="patient", alert_pk="alert"),
    row("withdraw_alert", CARE | DESK, pk="patient", alert_pk="alert"),
    row("my_record", SIGNED_IN, NOBODY),
    row("record_of", OWNER, NOBODY, pk="patient"),
    row("close_entry", OWNER, pk="patient", kind="allergy_kind", entry="allergy"),
    row("reopen_entry", NOBODY, OWNER, pk="entry_opposition"),
]
