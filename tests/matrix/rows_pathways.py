"""Care pathways: models for the house, a patient's own behind his door; what the law allows."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, MANAGERS, NOBODY, OWNER, SIGNED_IN, STAFF

# An hour's look in an emergency is not taking part in the care.
TAKING_PART = CARE - {"glass"}
ADMINISTRATOR = frozenset({"administrator"})

ROWS: list[Row] = [
    row("pathways", STAFF, NOBODY),
    row("stalled_pathways", STAFF, NOBODY),
    row("pathway_templates", STAFF, NOBODY),
    row("add_pathway_template", MANAGERS),
    row("pathway_template", STAFF, NOBODY, pk="pathway_version"),
    row("edit_pathway_template", MANAGERS, pk="pathway_draft"),
    row("change_pathway_template", NOBODY, MANAGERS, pk="pathway_version", do="dupliquer"),
    row("patient_pathways", CARE | DESK, NOBODY, pk="patient"),
    row("start_care_pathway", TAKING_PART, pk="patient", version_pk="pathway_version"),
    row("care_pathway", CARE | DESK, NOBODY, pk="patient", pathway_pk="pathway"),
    row("change_care_pathway", NOBODY, TAKING_PART | DESK, pk="patient", pathway_pk="pathway", do="dates"),
    row("book_pathway_step", TAKING_PART | DESK, pk="patient", pathway_pk="pathway", step_pk="pathway_step"),
    row(
        "change_pathway_step",
        NOBODY,
        TAKING_PART,
        pk="patient",
        pathway_pk="pathway",
        step_pk="pathway_step",
        do="passer",
    ),
    row("my_pathways", SIGNED_IN, NOBODY),
    row("my_pathway", OWNER, NOBODY, pk="pathway"),
    row("refuse_my_pathway", NOBODY, OWNER, pk="pathway"),
    row("change_my_step", NOBODY, OWNER, pk="pathway", step_pk="pathway_step", do="refuser"),
    row("booking_caps", STAFF, ADMINISTRATOR),
    row("end_booking_cap", NOBODY, ADMINISTRATOR, pk="cap"),
    row("open_care_episode", TAKING_PART, pk="patient", programme_pk="pathway_programme"),
]
