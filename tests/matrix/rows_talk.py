"""Tasks and what the team talks about."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, NOBODY, SIGNED_IN, STAFF

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
]
