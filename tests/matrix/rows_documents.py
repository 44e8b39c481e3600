"""Documents: of the record, to file, of the patient's own space."""

from __future__ import annotations

from dataclasses import replace

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DESK, NOBODY, OWNER, PROFESSIONALS, SIGNED_IN

ONE = {"pk": "patient", "document_pk": "document"}
SENT = {"pk": "patient", "document_pk": "sent_document"}
# Who added it answers for it.
AUTHOR = frozenset({"doctor"})

ROWS: list[Row] = [
    row("documents", CARE, NOBODY, pk="patient"),
    row("add_documents", CARE, pk="patient"),
    # Who cares is led to his own form.
    row("deposit_documents", CARE | DESK, pk="patient"),
    row("document", CARE, NOBODY, **ONE),
    row("document_file", CARE, NOBODY, **ONE),
    row("document_page", CARE, NOBODY, number="page_number", **ONE),
    row("document_state", CARE, NOBODY, **ONE),
    row("share_document", NOBODY, AUTHOR, **ONE),
    row("replace_document", AUTHOR, **ONE),
    row("withdraw_document", NOBODY, AUTHOR, **ONE),
    row("file_sent_document", NOBODY, CARE, **SENT),
    replace(row("return_document", NOBODY, CARE, **SENT), data={"retour-answer": "Illisible."}),
    row("documents_to_file", PROFESSIONALS, NOBODY),
    row("sent_document_state", OWNER, NOBODY, pk="sent_document"),
    row("drop_document", NOBODY, OWNER, pk="sent_document"),
    row("my_documents", SIGNED_IN, NOBODY),
    row("send_documents", SIGNED_IN),
    row("my_document", OWNER, NOBODY, pk="sent_document"),
    row("my_document_file", OWNER, NOBODY, pk="sent_document"),
    row("my_document_page", OWNER, NOBODY, pk="sent_document", number="page_number"),
]
