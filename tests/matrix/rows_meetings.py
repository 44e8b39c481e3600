"""Meetings of the team, and what the patient reads of them."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, DOCTOR, NOBODY, OWNER, SIGNED_IN, STAFF

# Who works in the house; those from outside see what they are invited to.
INSIDE = STAFF - {"partner", "agreed_partner"}
TABLE = frozenset({"doctor", "teammate"})
CARERS = CARE - {"agreed_partner"}

ROWS: list[Row] = [
    row("coordination", STAFF, NOBODY),
    row("meetings", STAFF, NOBODY),
    row("plan_meeting", INSIDE),
    row("meeting_year", INSIDE, NOBODY),
    row("propose_patient", CARERS, pk="patient"),
    row("minutes", TABLE, NOBODY, pk="minutes"),
    row("meeting_item", CARERS, NOBODY, pk="meeting_item"),
    row("edit_item", CARERS, pk="meeting_item"),
    row("arrange_item", NOBODY, DESK | DOCTOR, pk="meeting_item"),
    row("save_sheet", NOBODY, TABLE, pk="meeting_open_item"),
    row("correct_item", DOCTOR, pk="meeting_closed_item"),
    row(
        "note_item_consent",
        NOBODY,
        DESK | DOCTOR,
        pk="meeting_item",
        practitioner="agreed_partner_key",
    ),
    row("meeting", INSIDE | {"agreed_partner"}, NOBODY, pk="meeting"),
    row("move_meeting", DESK | DOCTOR, pk="meeting"),
    row("cancel_meeting", DESK | DOCTOR, pk="meeting"),
    row("answer_meeting", NOBODY, TABLE | {"agreed_partner"}, pk="meeting"),
    row("invite_member", NOBODY, DESK | DOCTOR, pk="meeting"),
    row("uninvite_member", NOBODY, DESK | DOCTOR, pk="meeting", member="meeting_member"),
    row("add_topic", INSIDE, pk="meeting"),
    row("open_meeting", NOBODY, TABLE, pk="meeting"),
    row("run_meeting", TABLE, NOBODY, pk="meeting_open"),
    row("save_notes", NOBODY, TABLE, pk="meeting_open"),
    row("mark_presence", NOBODY, TABLE, pk="meeting_open", member="meeting_open_member"),
    row("close_meeting", DOCTOR, pk="meeting_open"),
    row("my_meetings", SIGNED_IN, NOBODY),
    row("oppose_meeting", NOBODY, OWNER, pk="meeting_item"),
    row("my_decision", OWNER, NOBODY, pk="meeting_closed_item"),
]
