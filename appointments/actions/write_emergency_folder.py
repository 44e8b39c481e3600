"""The coming days on paper, outside the portal: what the house opens when the network or the portal is down."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from appointments import emergency_folder
from appointments.access import Reader
from appointments.models import EmergencyFolder
from appointments.schedule import Wanted
from appointments.sheets import day_sheets
from core import clock
from core.audit.record import record
from core.db import lock

NAME = re.compile(r"planning-(\d{4}-\d{2}-\d{2})\.pdf")
# Reads as the desk does: who, when, where, telephone; sensitive reasons stay masked.
DESK = Reader(practitioner_id=None, is_desk=True)


def write_emergency_folder() -> list[Path]:
    """One file a day, each replaced whole or not at all, readable by the portal's account alone; past days go."""
    now = clock.now()
    days = emergency_folder.days_of(now)
    folder = Path(settings.EMERGENCY_DIR)
    with transaction.atomic():
        lock("emergency_folder", 1)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        written = [_replace(folder / f"planning-{day.isoformat()}.pdf", day) for day in days]
        _prune(folder, clock.local(now).date())
        row, _made = EmergencyFolder.objects.update_or_create(
            pk=1, defaults={"written_at": now, "first_day": days[0], "last_day": days[-1]}
        )
        record(None, "emergency_folder.written", row, first=str(days[0]), last=str(days[-1]))
    return written


def write_if_due() -> bool:
    """Asked every few minutes: a machine that slept at 5 h writes when it wakes up."""
    if not emergency_folder.is_due(clock.now()):
        return False
    write_emergency_folder()
    return True


def _replace(path: Path, day: date) -> Path:
    content = day_sheets(DESK, Wanted(day), printed_at=clock.now())
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return half.replace(path)


def _prune(folder: Path, today: date) -> None:
    for path in folder.iterdir():
        found = NAME.fullmatch(path.name)
        if found and date.fromisoformat(found[1]) < today:
            path.unlink()
