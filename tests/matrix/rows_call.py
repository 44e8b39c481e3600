"""The call: its page sends who is expected but not in to his place, and is nothing for all others."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import DOCTOR, NOBODY, OWNER

ROWS: list[Row] = [
    row("video_call", DOCTOR | OWNER, NOBODY, key="video_visit"),
    row("video_call_guests", DOCTOR, NOBODY, key="video_visit"),
    row("keep_video_chat", NOBODY, DOCTOR, key="video_visit"),
]
