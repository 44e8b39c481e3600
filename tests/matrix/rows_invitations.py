"""Who waits is read by the desk and by who triages; the coordinator invites; the link needs no account."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import DESK, EVERYBODY, MANAGERS, NOBODY

ROWS: list[Row] = [
    row("programme_waiting_list", DESK, NOBODY, pk="waiting_programme"),
    row("invite_waiting", NOBODY, MANAGERS, pk="waiting_programme"),
    row("invite_follow_up", NOBODY, MANAGERS, pk="accepted_request"),
    row("revoke_request_invitation", NOBODY, MANAGERS, pk="seat_invitation"),
    row("book_request", DESK, pk="accepted_request"),
    row("choose_seat", EVERYBODY, token="seat_link"),
]
