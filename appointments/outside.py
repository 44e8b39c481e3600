"""What a calendar from outside says, read in a process of its own; and which visits it collides with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef

from appointments.ics import UID_DOMAIN
from appointments.models import Appointment, ExternalBusy, ExternalCalendar
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.external_calendar import Trouble
from appointments.unfolding import horizon
from core import clock
from core.formats.busy_ics import Busy

WALL_SECONDS = 20
BEHIND = timedelta(days=1)


class Understood(NamedTuple):
    rows: list[Busy]
    content: str
    skipped: int


class NotUnderstood(Exception):  # noqa: N818 – said to the owner, no failure of ours
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def window() -> tuple[datetime, datetime]:
    """Yesterday to the last day for which openings are written."""
    return clock.now() - BEHIND, clock.day_bounds(horizon(clock.today()))[1]


def understand(content: bytes, calendar: ExternalCalendar) -> Understood:
    """In a child with little time and memory: a file that is made to hurt ends the child, not the worker."""
    since, until = window()
    wishes = {
        "since": since.timestamp(),
        "until": until.timestamp(),
        "titles": calendar.keeps_titles,
        "ours": UID_DOMAIN,
    }
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.formats.busy_ics"],
            input=json.dumps(wishes).encode() + b"\n" + content,
            capture_output=True,
            check=True,
            timeout=WALL_SECONDS,
            cwd=settings.BASE_DIR,
            # Nothing of ours for it to tell.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        answer = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise NotUnderstood(Trouble.TOO_COMPLEX) from error
    if "fault" in answer:
        raise NotUnderstood(Trouble(answer["fault"]))
    rows = [Busy(*row) for row in answer["rows"]]
    if not calendar.counts_whole_days:
        rows = [row for row in rows if not row.all_day]
    return Understood(rows, answer["content"], answer["skipped"])


def collisions(practitioner_ids: Collection[int]) -> AppointmentQuerySet:
    """Booked and to come, at a time that is taken elsewhere: for him to look at, nothing is cancelled."""
    taken = ExternalBusy.objects.filter(
        practitioner=OuterRef("practitioner"),
        start_at__lt=OuterRef("end_at"),
        end_at__gt=OuterRef("start_at"),
    )
    return Appointment.objects.coming().filter(Exists(taken), practitioner__in=practitioner_ids)
