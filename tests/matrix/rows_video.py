"""A visit by video: who is expected in it, who receives, the desk that renews a link; the link needs no account."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import DESK, DOCTOR, EVERYBODY, NOBODY, OWNER, STAFF

INSIDE = DOCTOR | OWNER

ROWS: list[Row] = [
    row("teleconsult", STAFF, NOBODY),
    row("enter_video", EVERYBODY, token="video_link"),
    row("video_waiting", INSIDE, NOBODY, key="video_visit"),
    row("knock_video", NOBODY, INSIDE, key="video_visit"),
    row("leave_video", NOBODY, INSIDE, key="video_visit"),
    row("admit_to_video", NOBODY, DOCTOR, key="video_visit", participant="video_patient"),
    row("refuse_video", DOCTOR, key="video_visit", participant="video_patient"),
    row("renew_video_link", DOCTOR | DESK, key="video_visit", participant="video_patient"),
    row("invite_third", DOCTOR, key="video_visit"),
    row("revoke_third", NOBODY, DOCTOR, key="video_visit", participant="video_third"),
    row("end_video_visit", DOCTOR, key="video_visit"),
    row("report_video_visit", NOBODY, DOCTOR, key="video_visit"),
]
