"""How the house writes days, hours, sums and numbers: French typography, with English counterparts.

Hours are always those of the house (Europe/Paris), whatever the machine or the visitor's clock says.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import translation

from core import clock

NBSP = "\N{NO-BREAK SPACE}"
HALF_A_YEAR = 182  # days: within it a weekday and a month name one day

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def language() -> str:
    """The language of the screen or message being written; French unless English is asked for."""
    return "en" if (translation.get_language() or "fr").startswith("en") else "fr"


def local_date(moment: datetime | date) -> date:
    return clock.local(moment).date() if isinstance(moment, datetime) else moment


def weekday(moment: datetime | date) -> str:
    """« lundi »."""
    return _DAYS[language()][local_date(moment).weekday()]


def weekday_name(number: int) -> str:
    """« lundi » of 0."""
    return _DAYS[language()][number]


def month(moment: datetime | date) -> str:
    """« novembre 2026 »."""
    day = local_date(moment)
    return f"{_MONTHS[language()][day.month - 1]}{NBSP}{day.year}"


def short_day(moment: datetime | date) -> str:
    """« 23 novembre », « 1er décembre »."""
    day = local_date(moment)
    spoken = language()
    number = "1er" if spoken == "fr" and day.day == 1 else str(day.day)
    return f"{number}{NBSP}{_MONTHS[spoken][day.month - 1]}"


def full_day(moment: datetime | date) -> str:
    """« lundi 23 novembre »."""
    return f"{weekday(moment)} {short_day(moment)}"


def days(first: datetime | date, last: datetime | date) -> str:
    """« le lundi 23 novembre », « du lundi 23 novembre au mardi 1er décembre »; « Monday 23 November » in English."""
    begins, ends = full_day(first), full_day(last)
    if language() == "en":
        return begins if begins == ends else f"{begins} to {ends}"
    return f"le {begins}" if begins == ends else f"du {begins} au {ends}"


def hours(start: datetime, end: datetime) -> str:
    """« le lundi 23 novembre, de 9 h à 18 h », « du lundi 23 novembre à 9 h au mardi 1er décembre à 18 h »."""
    first, last = full_day(start), full_day(end)
    if language() == "en":
        return (
            f"{first}, {hour(start)} to {hour(end)}"
            if first == last
            else f"{first}, {hour(start)}, to {last}, {hour(end)}"
        )
    if first == last:
        return f"le {first}, de {hour(start)} à {hour(end)}"
    return f"du {first} à {hour(start)} au {last} à {hour(end)}"


def full_day_with_year(moment: datetime | date) -> str:
    """« lundi 23 novembre 2026 »."""
    return f"{full_day(moment)}{NBSP}{local_date(moment).year}"


def near_day(moment: datetime | date) -> str:
    """« lundi 23 novembre »; the year is said of what is more than half a year away."""
    away = abs((local_date(moment) - clock.today()).days)
    return full_day_with_year(moment) if away > HALF_A_YEAR else full_day(moment)


def hour(moment: datetime | time) -> str:
    """« 14 h 30 », « 14 h » on the hour; in English « 14:30 »."""
    moment = clock.local(moment) if isinstance(moment, datetime) else moment
    if language() == "en":
        return f"{moment:%H:%M}"
    if moment.minute == 0:
        return f"{moment.hour}{NBSP}h"
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02}"


def iso(moment: datetime) -> str:
    """ISO 8601 to the minute with the offset of the house: `2026-11-23T14:30+01:00`."""
    return clock.local(moment).isoformat(timespec="minutes")


def duration(minutes: int) -> str:
    """« 20 min », « 1 h », « 1 h 30 »."""
    hours, rest = divmod(int(minutes), 60)
    if hours == 0:
        return f"{rest}{NBSP}min"
    if rest == 0:
        return f"{hours}{NBSP}h"
    tail = f"{NBSP}{rest:02}" if language() == "fr" else f"{NBSP}{rest}{NBSP}min"
    return f"{hours}{NBSP}h{tail}"


def euros(amount: Decimal | int | float) -> str:
    """« 1 234,50 € », « 25 € »; in English « €1,234.50 »."""
    value = Decimal(str(amount)).quantize(Decimal("0.01"))
    text = f"{abs(value):,.2f}" if value % 1 else f"{abs(value):,.0f}"
    sign = "-" if value < 0 else ""
    if language() == "en":
        return f"{sign}€{text}"
    sign = sign.replace("-", "\N{MINUS SIGN}")
    return f"{sign}{text.replace(',', NBSP).replace('.', ',')}{NBSP}€"


def telephone(number: object) -> str:
    """« 03 21 00 00 00 » for a French number in any usual form; anything else is left as it is."""
    text = str(number or "").strip()
    digits = "".join(c for c in text if c.isdigit())
    if text.startswith("+33") and len(digits) == 11:
        digits = f"0{digits[2:]}"
    elif text.startswith("0033") and len(digits) == 13:
        digits = f"0{digits[4:]}"
    if len(digits) != 10 or not digits.startswith("0"):
        return text
    return NBSP.join(digits[i : i + 2] for i in range(0, 10, 2))


def dialable(number: object) -> str:
    """The same number for a `tel:` link: `+33321000000`."""
    text = telephone(number)
    digits = text.replace(NBSP, "")
    if len(digits) == 10 and digits.isdigit() and digits.startswith("0"):
        return f"+33{digits[1:]}"
    return "".join(c for c in text if c.isdigit() or c == "+")
