"""Delays between the steps of a pathway, in days, weeks or working days. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from appointments.calendar import public_holidays
from coordination.models import TemplateStep
from coordination.models.pathway_template import DelayUnit

DAY = timedelta(days=1)
SATURDAY = 5


class Window(NamedTuple):
    """From the first day that the delay allows to the last one."""

    earliest: date
    ideal: date
    latest: date

    def shifted(self, days: int) -> Window:
        return Window(*(day + timedelta(days=days) for day in self))


def add_delay(base: date, number: int, unit: str, zone: str = "") -> date:
    if unit == DelayUnit.WEEKS:
        return base + timedelta(weeks=number)
    if unit == DelayUnit.DAYS:
        return base + timedelta(days=number)
    off = public_holidays(zone, base, base + timedelta(days=2 * number + 30))
    day = base
    while number:
        day += DAY
        if day.weekday() < SATURDAY and day not in off:
            number -= 1
    return day


def window_of(source: TemplateStep, base: date, restarted_on: date | None, zone: str = "") -> Window:
    """Begun anew, a step has the whole of its delay again from that day on."""
    unit = source.delay_unit
    window = Window(
        *(
            add_delay(base, number, unit, zone)
            for number in (source.delay_min, source.delay_ideal, source.delay_max)
        )
    )
    late = (restarted_on - window.earliest).days if restarted_on else 0
    return window.shifted(late) if late > 0 else window
