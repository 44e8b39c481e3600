"""Partners are read by who works here; contracts are the coordinator's, or the administrator's in his place."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import MANAGERS, NOBODY, STAFF

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
]
