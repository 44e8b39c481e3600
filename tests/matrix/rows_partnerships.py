"""Partners are read by who works here; contracts are the coordinator's, or the administrator's in his place."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import EVERYBODY, MANAGERS, NOBODY, STAFF

ROWS: list[Row] = [
    row("partners", STAFF, NOBODY),
    row("partner", STAFF, NOBODY, pk="establishment"),
    row("add_partner", MANAGERS),
    row("edit_partner", MANAGERS, pk="establishment"),
    row("add_partner_contact", MANAGERS, pk="establishment"),
    row("edit_partner_contact", MANAGERS, pk="partner_contact"),
    row("remove_partner_contact", NOBODY, MANAGERS, pk="partner_contact"),
    row("add_partner_professional", MANAGERS, pk="establishment"),
    row("end_partner_professional", NOBODY, MANAGERS, pk="partner_link"),
    row("add_agreement", MANAGERS, pk="establishment"),
    row("agreement", MANAGERS, NOBODY, pk="agreement"),
    row("edit_agreement", MANAGERS, pk="agreement"),
    row("renew_agreement", MANAGERS, pk="agreement"),
    row("suspend_agreement", MANAGERS, pk="agreement"),
    row("resume_agreement", NOBODY, MANAGERS, pk="suspension"),
    row("end_agreement", MANAGERS, pk="agreement"),
    row("programme", STAFF, NOBODY, pk="programme"),
    row("add_programme", MANAGERS, pk="establishment"),
    row("edit_programme", MANAGERS, pk="programme"),
    row("add_session_pattern", MANAGERS, pk="programme"),
    row("end_session_pattern", MANAGERS, pk="session_pattern"),
    row("consultation_sessions", STAFF, NOBODY),
    # Who comes from a partner sees his own sessions, and no colleague's.
    row("consultation_session", STAFF - {"agreed_partner"}, NOBODY, pk="consultation_session"),
    row("add_consultation_session", MANAGERS, pk="programme"),
    row("confirm_consultation_session", NOBODY, MANAGERS, pk="consultation_session"),
    row("cancel_consultation_session", MANAGERS, pk="consultation_session"),
    row("replace_consultation_session", MANAGERS, pk="consultation_session"),
    row("add_signed_document", MANAGERS, pk="agreement"),
    row("signed_document", MANAGERS, NOBODY, pk="signed_document"),
    row("programme_seats", MANAGERS, pk="programme"),
    row("drop_seats", NOBODY, MANAGERS, pk="seat_rule"),
    row("session_seats", MANAGERS, pk="consultation_session"),
    # A word that nobody has signed: the sentence that says so, for everybody.
    row("answer_session", EVERYBODY, token="forged"),
]
