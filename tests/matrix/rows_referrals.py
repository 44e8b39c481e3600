"""Referrals: who asked, who was asked, the rest of the care team reads; the desk reads who and when, and sends on."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, NOBODY, OWNER, PROFESSIONALS, SIGNED_IN

# A trainee writes and reads in his supervisor's name.
ASKS = frozenset({"doctor", "trainee"})
ASKED = frozenset({"teammate"})

ROWS: list[Row] = [
    row("referrals", PROFESSIONALS | DESK, NOBODY),
    row("unanswered_referrals", DESK, NOBODY),
    row("new_referral", CARE, pk="patient"),
    row("edit_referral", ASKS, pk="draft_referral"),
    row("referral", CARE | DESK, NOBODY, pk="referral"),
    row("referral_letter", CARE, NOBODY, pk="referral"),
    row("report_referral", ASKED, pk="referral"),
    row("accept_referral", NOBODY, ASKED, pk="referral"),
    row("ask_detail", NOBODY, ASKED, pk="referral"),
    row("refuse_referral", NOBODY, ASKED, pk="referral"),
    row("give_detail", NOBODY, ASKS, pk="referral"),
    row("withdraw_referral", NOBODY, ASKS, pk="referral"),
    row("close_read_referral", NOBODY, ASKS, pk="referral"),
    row("renew_referral", NOBODY, ASKS, pk="referral"),
    row("redirect_referral", NOBODY, ASKS | ASKED | DESK, pk="referral"),
    row("my_referrals", SIGNED_IN, NOBODY),
    row("decline_referral", OWNER, pk="referral"),
    row("book_invited", OWNER, token="invitation"),
]
