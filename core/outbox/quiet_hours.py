"""From 21 h to 8 h nobody is disturbed by what he has not just asked for. Hours of the house, in both seasons."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from core import clock

BEGIN, END = time(21), time(8)
# Whatever would fall into the night leaves the evening before, while people are still up.
EVENING = time(20, 30)


def is_quiet(instant: datetime) -> bool:
    hour = clock.local(instant).time()
    return hour >= BEGIN or hour < END


def morning_after(instant: datetime) -> datetime:
    """The end of the quiet period that `instant` lies in."""
    local = clock.local(instant)
    day = local.date() + timedelta(days=1) if local.time() >= BEGIN else local.date()
    return clock.at(day, END)


def evening_before(instant: datetime) -> datetime:
    local = clock.local(instant)
    day = local.date() if local.time() >= BEGIN else local.date() - timedelta(days=1)
    return clock.at(day, EVENING)


def by_day(instant: datetime, *, latest: datetime) -> datetime:
    """The same instant by day; out of the night to 8 h where `latest` allows, else to the evening before."""
    if not is_quiet(instant):
        return instant
    morning = morning_after(instant)
    return morning if morning <= latest else evening_before(instant)
