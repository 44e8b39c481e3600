"""Tasks and what the team talks about."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, DOCTOR, NOBODY, SIGNED_IN, STAFF

# The house’s own talk: partners from outside have no part in it.
MEMBERS = STAFF - {"partner", "agreed_partner"}

ROWS: list[Row] = [
    row("task_list", STAFF, NOBODY),
    row("new_task", STAFF),
    row("see_task_news", NOBODY, SIGNED_IN),
    row("task", CARE, NOBODY, pk="task"),
    row("finish_task", NOBODY, CARE, pk="task"),
    row("reopen_task", NOBODY, CARE, pk="task"),
    row("hand_over_task", NOBODY, CARE, pk="task"),
    row("reschedule_task", NOBODY, CARE, pk="task"),
    row("cancel_task", NOBODY, CARE, pk="task"),
    row("conversation_list", STAFF, NOBODY),
    row("new_conversation", MEMBERS),
    row("patient_conversations", CARE, NOBODY, pk="patient"),
    row("new_patient_conversation", CARE, pk="patient"),
    row("conversation", CARE, NOBODY, pk="conversation"),
    row("say_in_conversation", NOBODY, CARE, pk="conversation"),
    row("read_conversation", NOBODY, CARE, pk="conversation"),
    row("follow_conversation", NOBODY, CARE, pk="conversation"),
    row("mend_message", DOCTOR, pk="said"),
    row("withdraw_message", NOBODY, DOCTOR, pk="said"),
]
