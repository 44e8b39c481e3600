"""Which days are public holidays: computed by a library, never a list kept by hand."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


def public_holidays(zone: str, first: date, last: date) -> dict[date, str]:
    """Days off between two dates, both included, with their French names. `zone` is a Centre's `holiday_zone`."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _year(zone, year)
        if first <= day <= last
    }


@lru_cache(maxsize=256)
def _year(zone: str, year: int) -> tuple[tuple[date, str], ...]:
    days = holidays.country_holidays("FR", subdiv=zone or None, years=year, language="fr")
    return tuple(sorted((day, name.replace("'", "’")) for day, name in days.items()))
