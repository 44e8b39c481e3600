"""A letter is written by who saw the patient, filed by the desk, read by who cares for him; the desk reads none."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, DOCTOR, EVERYBODY, NOBODY, SIGNED_IN, STAFF

ROWS: list[Row] = [
    row("return_letters", STAFF, NOBODY),
    row("write_return_letter", frozenset({"agreed_partner"}), pk="letter_to_write"),
    row("file_return_letter", DESK, pk="letter_to_write"),
    row("return_letter", CARE, NOBODY, pk="return_letter"),
    row("return_letter_pdf", CARE, NOBODY, pk="return_letter"),
    row("read_return_letter", NOBODY, DOCTOR, pk="return_letter"),
    row("share_return_letter", NOBODY, CARE, pk="return_letter"),
    row("pass_on_return_letter", NOBODY, DESK | {"agreed_partner"}, pk="return_letter"),
    row("send_letter_link", NOBODY, DESK | {"agreed_partner"}, pk="return_letter"),
    row("revoke_letter_link", NOBODY, DESK | {"agreed_partner"}, pk="return_letter"),
    row("read_outside_letter", EVERYBODY, token="forged"),
    row("outside_letter_document", EVERYBODY, NOBODY, token="forged"),
    row("my_return_letters", SIGNED_IN, NOBODY),
    row("my_return_letter_pdf", frozenset({"owner"}), NOBODY, pk="shared_letter"),
]
