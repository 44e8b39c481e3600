"""Requests to partners: the letter is the carers', the decision who sorts, and public doors tell nothing."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import (
    CARE,
    DESK,
    DOCTOR,
    EVERYBODY,
    MANAGERS,
    NOBODY,
    OWNER,
    PROFESSIONALS,
    SIGNED_IN,
    STAFF,
)

# Who comes from a partner refers to nobody; a trainee writes in his supervisor's name.
PARTNERS = frozenset({"partner", "agreed_partner"})
WRITERS = DOCTOR | {"trainee"}
ROWS: list[Row] = [
    row("consultation_requests", STAFF, NOBODY),
    row("choose_programme", CARE, NOBODY, pk="patient"),
    row("choose_patient", PROFESSIONALS - PARTNERS, NOBODY, pk="programme"),
    row("new_consultation_request", CARE - PARTNERS, pk="patient", programme_pk="programme"),
    row("consultation_request", CARE | DESK, NOBODY, pk="request"),
    row("edit_consultation_request", WRITERS, pk="draft_request"),
    row("accept_consultation_request", NOBODY, MANAGERS, pk="request"),
    row("ask_requester", NOBODY, MANAGERS, pk="request"),
    row("answer_triage", NOBODY, WRITERS, pk="asked_request"),
    row("refuse_consultation_request", NOBODY, MANAGERS, pk="request"),
    row("redirect_consultation_request", NOBODY, MANAGERS, pk="request"),
    row("withdraw_consultation_request", NOBODY, WRITERS | MANAGERS, pk="request"),
    row("consultation_request_letter", CARE, NOBODY, pk="request"),
    row("consultation_request_file", CARE, NOBODY, pk="request", file_pk="request_file"),
    row("join_request", DESK, pk="nameless_request"),
    row("intake_links", MANAGERS, pk="programme"),
    row("revoke_intake_link", NOBODY, MANAGERS, pk="intake_link"),
    row("edit_letter_template", MANAGERS, pk="programme"),
    row("request_delays", MANAGERS),
    row("programme_delays", MANAGERS, pk="programme"),
    # Words that nobody has signed: the sentence that says so, for everybody.
    row("send_outside_request", EVERYBODY, token="forged"),
    row("follow_request", EVERYBODY, token="forged"),
    row("open_consultations", EVERYBODY, NOBODY),
    row("ask_without_name", EVERYBODY, pk="open_programme"),
    row("my_consultation_requests", EVERYBODY - {"visitor"}, NOBODY),
    row("my_consultation_request", OWNER, pk="request"),
    # Without a patient of one’s own it leads to « identité ».
    row("ask_for_myself", SIGNED_IN, pk="open_programme"),
]
