"""The two registers of protocols: everybody of the house reads, who keeps one writes."""

from __future__ import annotations

from dataclasses import replace

from tests.matrix.frame import Row, row
from tests.matrix.people import DESK, DOCTOR, NOBODY
from tests.matrix.rows_meetings import INSIDE

ROWS: list[Row] = [
    row("protocols", INSIDE, NOBODY),
    row("add_protocol", INSIDE),
    row("protocol", INSIDE, NOBODY, pk="protocol"),
    row("edit_protocol", DESK | DOCTOR, pk="protocol"),
    replace(
        row("change_version", NOBODY, DESK | DOCTOR, pk="protocol_version"),
        data={"step": "adopt"},
    ),
    row("protocol_pdf", INSIDE, NOBODY, pk="protocol_version"),
    row("add_cooperation", INSIDE),
    row("cooperation", INSIDE, NOBODY, pk="cooperation"),
    row("edit_cooperation", DESK | DOCTOR, pk="cooperation"),
    row("change_cooperation", NOBODY, DESK | DOCTOR, pk="cooperation"),
    row("add_delegate", NOBODY, DESK | DOCTOR, pk="cooperation"),
    row("end_delegation", NOBODY, DESK | DOCTOR, pk="cooperation", delegate="delegate"),
    row("report_event", NOBODY, INSIDE, pk="cooperation"),
    row("answer_event", NOBODY, DESK | DOCTOR, pk="cooperation", event="adverse_event"),
]
