"""From a weekly pattern to dated hours: what a rule means on the calendar. Reads nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from appointments.models import OpeningRule
from core import clock

HORIZON = relativedelta(months=12)


class DatedHours(NamedTuple):
    day: date
    start_at: datetime
    end_at: datetime


def horizon(today: date) -> date:
    """The last day that openings are written for."""
    return today + HORIZON


def dated_hours(
    rule: OpeningRule, first: date, last: date, holidays: Container[date] = ()
) -> list[DatedHours]:
    """The hours of the rule on each of its days from `first` to `last`, both included.

    On the Sunday in March a pattern that lies wholly within the skipped hour has no hours at all.
    """
    first, last = _within_practice(rule, first, last)
    found = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if not rule.falls_on(day) or (day in holidays and not rule.on_holidays):
            continue
        start_at, end_at = clock.at(day, rule.start_time), clock.at(day, rule.end_time)
        if start_at < end_at:
            found.append(DatedHours(day, start_at, end_at))
    return found


def _within_practice(rule: OpeningRule, first: date, last: date) -> tuple[date, date]:
    """Somebody who has not come yet, or has left, receives nobody."""
    practitioner = rule.practitioner
    first = max(first, rule.valid_from, practitioner.active_from or first)
    last = min(last, rule.valid_until or last, practitioner.active_until or last)
    return first, last
