"""Notes, measures, the care plan: who cares for her opens the pages; health professionals what is for the team."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DOCTOR, NOBODY, OWNER, PROFESSIONALS, SIGNED_IN

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
    row("care_plan", CARE, NOBODY, pk="patient"),
    row("care_plan_version", READERS, NOBODY, pk="patient", number="plan_version"),
    row("edit_care_plan", READERS, pk="patient"),
    row("agree_care_plan", NOBODY, READERS, pk="patient"),
    row("close_care_plan", NOBODY, READERS, pk="patient"),
    row("care_plan_pdf", READERS, NOBODY, pk="patient"),
    row("my_care_plans", SIGNED_IN, NOBODY),
    row("my_care_plan_pdf", OWNER, NOBODY, pk="patient"),
]
