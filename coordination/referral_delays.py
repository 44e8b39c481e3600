"""Until when each step has time: hours by the clock, or days on which the house works."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from appointments.calendar import public_holidays
from coordination.models import DelayUnit, Referral, ReferralDelay, TimerStep
from coordination.referral_states import PURPOSES
from core import clock
from practitioners.house import the_house

# A house that has deleted its own figure: never without a deadline.
FALLBACK = ReferralDelay(amount=1, unit=DelayUnit.WORKING_DAYS)


def delay_for(referral: Referral, day: date) -> ReferralDelay:
    """What was in force on that day."""
    rows = ReferralDelay.objects.filter(
        purpose=PURPOSES[referral.state], urgency=referral.urgency, since__lte=day
    )
    return rows.order_by("-since").first() or FALLBACK


def deadlines(delay: ReferralDelay, start: datetime) -> dict[TimerStep, datetime]:
    """The same time again for each step: reminded, the other told, the coordination told."""
    due, found = start, {}
    for step in TimerStep:
        due = later(due, delay.amount, delay.unit)
        found[step] = due
    return found


def later(start: datetime, amount: int, unit: str) -> datetime:
    """Hours go by the clock; days are those on which the house works, at the same hour."""
    if unit == DelayUnit.HOURS:
        return start + timedelta(hours=amount)
    local = clock.local(start)
    return clock.at(working_day_after(local.date(), amount), local.time())


def working_day_after(day: date, number: int) -> date:
    """Monday to Friday, without public holidays."""
    centre = the_house().centre
    zone = centre.holiday_zone if centre is not None else ""
    closed = public_holidays(zone, day, day + timedelta(days=2 * number + 30))
    while number:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in closed:
            number -= 1
    return day
