"""Stays of trainees, what is looked through with them, where they live."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import COORDINATOR, DOCTOR, NOBODY, PROFESSIONALS

TRAINEE = frozenset({"trainee"})
# Everybody who may train or be trained; each finds his own there.
SEES_STAYS = COORDINATOR | (PROFESSIONALS - {"partner", "agreed_partner"})

ROWS: list[Row] = [
    row("stays", SEES_STAYS, NOBODY),
    row("debriefs", SEES_STAYS, NOBODY),
    row("lodgings", SEES_STAYS, NOBODY),
    row("add_stay", COORDINATOR),
    row("stay", COORDINATOR | DOCTOR | TRAINEE, NOBODY, pk="stay"),
    row("edit_stay", COORDINATOR | DOCTOR, pk="stay"),
    row("stay_half_days", COORDINATOR | DOCTOR, pk="stay"),
    row("add_stay_note", NOBODY, DOCTOR | TRAINEE, pk="stay"),
    row("debrief", DOCTOR | TRAINEE, pk="debrief"),
    row("add_lodging", COORDINATOR),
    row("edit_lodging", COORDINATOR, pk="lodging"),
    row("add_occupancy", COORDINATOR),
    row("edit_occupancy", COORDINATOR, pk="occupancy"),
    row("ask_lodging", TRAINEE),
    row("answer_lodging", COORDINATOR, pk="lodging_request"),
    row("headcount", COORDINATOR, NOBODY),
    row("add_staff_change", COORDINATOR),
    row("staff_change", COORDINATOR | DOCTOR, NOBODY, pk="staff_change"),
    row("edit_staff_change", COORDINATOR, pk="staff_change"),
    row("drop_staff_change", NOBODY, COORDINATOR, pk="staff_change"),
]
