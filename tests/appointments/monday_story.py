"""Monday 23 November 2026, seven in the morning in Paris: the day is still to come."""

from __future__ import annotations

from datetime import date, datetime, time

from core import clock
from tests.cast import MONDAY

NOW = clock.at(MONDAY, time(7))


def paris(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return clock.at(day, time(hour, minute))
