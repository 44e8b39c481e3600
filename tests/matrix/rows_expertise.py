"""Requests for an opinion: who asks writes, who was asked answers, who cares reads, the desk books."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, DOCTOR, NOBODY, OWNER, PROFESSIONALS, SIGNED_IN, STAFF

PARTNERS = frozenset({"partner", "agreed_partner"})
# A trainee writes in his supervisor's name.
WRITERS = DOCTOR | {"trainee"}
EXPERT = frozenset({"teammate"})
ROWS: list[Row] = [
    row("expertise_requests", STAFF, NOBODY),
    row("expertise_bills", PROFESSIONALS, NOBODY),
    row("expertise_bills_csv", PROFESSIONALS, NOBODY),
    row("new_expertise_request", CARE - PARTNERS, pk="patient"),
    row("edit_expertise_request", WRITERS, pk="draft_expertise"),
    row("save_expertise_draft", NOBODY, WRITERS, pk="draft_expertise"),
    row("expertise_request", CARE | DESK, NOBODY, pk="sent_expertise"),
    row("claim_expertise", NOBODY, EXPERT, pk="sent_expertise"),
    row("ask_expertise_detail", NOBODY, EXPERT, pk="held_expertise"),
    row("answer_expertise", NOBODY, EXPERT, pk="held_expertise"),
    row("step_aside_from_expertise", NOBODY, EXPERT, pk="held_expertise"),
    row("convert_expertise", NOBODY, EXPERT, pk="held_expertise"),
    row("correct_expertise", NOBODY, EXPERT, pk="answered_expertise"),
    row("give_expertise_detail", NOBODY, WRITERS, pk="asked_expertise"),
    row("send_expertise_elsewhere", NOBODY, WRITERS, pk="declined_expertise"),
    row("withdraw_expertise", NOBODY, WRITERS, pk="held_expertise"),
    row("read_expertise", NOBODY, WRITERS, pk="answered_expertise"),
    row("share_expertise", NOBODY, WRITERS | EXPERT, pk="answered_expertise"),
    row("settle_expertise", NOBODY, WRITERS | DESK, pk="converted_expertise"),
    row("expertise_pdf", CARE, NOBODY, pk="answered_expertise"),
    row("my_expertise_answers", SIGNED_IN, NOBODY),
    row("my_expertise_answer_pdf", OWNER, NOBODY, pk="shown_opinion"),
]
