"""The only place that asks what time it is. Stored in UTC, thought in Europe/Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The date on the wall of the house."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    return instant.astimezone(PARIS)


def at(day: date, hour: time) -> datetime:
    """The instant at which the clock of the house shows `hour` on `day`, in UTC.

    An hour that the clock skips in March is read as if it had not skipped (02:30 → 03:30);
    one that it shows twice in October is the first of the two.
    """
    return datetime.combine(day, hour, tzinfo=PARIS).astimezone(UTC)


@lru_cache(maxsize=1024)  # a search asks for the same few days thousands of times
def day_bounds(day: date) -> tuple[datetime, datetime]:
    """[midnight, next midnight[ of the house: 23, 24 or 25 hours."""
    return at(day, time.min), at(day + timedelta(days=1), time.min)
