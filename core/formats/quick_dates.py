"""« dans 3 semaines », « lundi prochain », « 15/12 »: dates as one says them on the telephone. Reads, never writes."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from core.formats.names import plain

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SAID = {"aujourdhui": 0, "demain": 1, "apresdemain": 2}
NUMBERS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "huit": 8, "dix": 10}
MOST = 999


def quick_date(text: str, today: date) -> date | None:
    """The day that is meant, seen from today; None where the words say no day."""
    text = " ".join(text.casefold().replace("’", "'").split())
    return _written(text, today) or _in_some_time(text, today) or _named(text, today)


def _written(text: str, today: date) -> date | None:
    """25/12, 25.12.26, 25/12/2026, 2026-12-25. Without a year: the next time that this day comes."""
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    found = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?", text)
    if found is None:
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _day(int(found[3]) % 100 + 2000 if len(found[3]) == 2 else int(found[3]), month, day)
    this_year = _day(today.year, month, day)
    return this_year if this_year and this_year >= today else _day(today.year + 1, month, day)


def _in_some_time(text: str, today: date) -> date | None:
    found = re.fullmatch(r"(?:dans |d'ici )?(\d{1,3}|[a-z]+) (jours?|semaines?|mois)", text)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else NUMBERS.get(found[1])
    if count is None or count > MOST:
        return None
    unit = found[2].rstrip("s") if found[2] != "mois" else "mois"
    lengths = {
        "jour": relativedelta(days=count),
        "semaine": relativedelta(weeks=count),
        "mois": relativedelta(months=count),
    }
    return today + lengths[unit]


def _named(text: str, today: date) -> date | None:
    bare = plain(text)
    if bare in SAID:
        return today + timedelta(days=SAID[bare])
    if bare in {"semaineprochaine", "lasemaineprochaine"}:
        return today + timedelta(days=7 - today.weekday())
    if bare in {"moisprochain", "lemoisprochain"}:
        return (today + relativedelta(months=1)).replace(day=1)
    for number, name in enumerate(WEEKDAYS):
        if bare in {name, f"{name}prochain"}:
            ahead = (number - today.weekday()) % 7
            return today + timedelta(days=ahead or (7 if bare != name else 0))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
