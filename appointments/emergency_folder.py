"""When the emergency folder is due, and how old it is. Reads, never writes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from appointments.models import EmergencyFolder
from core import clock

# At 5 h before the house opens; at 20 h when the day is over, then from tomorrow on.
HOURS = (time(5), time(20))
DAYS = 3
# Two writings were missed.
TOO_OLD = timedelta(hours=26)


def last_due(now: datetime) -> datetime:
    """The latest moment at which the folder had to be written."""
    today = clock.local(now).date()
    moments = [clock.at(day, hour) for day in (today - timedelta(days=1), today) for hour in HOURS]
    return max(moment for moment in moments if moment <= now)


def days_of(now: datetime) -> list[date]:
    """Today and the next two; in the evening the next three."""
    local = clock.local(now)
    first = local.date() + timedelta(days=local.time() >= HOURS[-1])
    return [first + timedelta(days=n) for n in range(DAYS)]


def standing() -> EmergencyFolder | None:
    return EmergencyFolder.objects.filter(pk=1).first()


def is_due(now: datetime) -> bool:
    folder = standing()
    return folder is None or folder.written_at < last_due(now)


def is_too_old(folder: EmergencyFolder | None, now: datetime) -> bool:
    return folder is None or now - folder.written_at > TOO_OLD
