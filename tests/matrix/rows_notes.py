"""Notes and measures: whoever cares for her opens the pages; what is written for the team its health professionals."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DOCTOR, NOBODY, PROFESSIONALS

READERS = CARE - {"told_psychologist", "agreed_partner"}

ROWS: list[Row] = [
    row("patient_notes", CARE, NOBODY, pk="patient"),
    row("write_note", CARE, pk="patient"),
    row("patient_measures", CARE, NOBODY, pk="patient"),
    row("note_inbox", PROFESSIONALS, NOBODY),
    row("note", READERS, NOBODY, pk="note"),
    row("revise_note", DOCTOR, pk="note"),
    row("withdraw_note", DOCTOR, pk="note"),
    row("mark_note_read", NOBODY, READERS, pk="note"),
]
