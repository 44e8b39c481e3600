"""From which day to which the figures are, the time that they are compared with, and its weeks or months. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from core import clock
from core.formats import french

WEEKS_UP_TO = 100
LONGEST = 1100  # days: three years
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
    """A week or a month, the part of it that belongs to the period."""

    key: date
    label: str


@dataclass(frozen=True)
class Period:
    """Both days inside. `ends_on` is the last one that is over: what is not over is not counted."""

    first: date
    last: date
    ends_on: date

    @classmethod
    def of(cls, first: date, last: date, today: date | None = None) -> Period:
        return cls(first, last, min(last, (today or clock.today()) - A_DAY))

    @property
    def is_empty(self) -> bool:
        return self.ends_on < self.first

    @property
    def is_cut(self) -> bool:
        """Asked for beyond yesterday."""
        return self.ends_on < self.last

    @property
    def days(self) -> int:
        return max((self.ends_on - self.first).days + 1, 0)

    @property
    def start(self) -> datetime:
        return clock.day_bounds(self.first)[0]

    @property
    def end(self) -> datetime:
        return max(self.start, clock.day_bounds(self.ends_on)[1])

    @property
    def months(self) -> int | None:
        """How many, where it was asked for in whole months."""
        after = self.last + A_DAY
        if self.first.day != 1 or after.day != 1:
            return None
        return (after.year - self.first.year) * 12 + after.month - self.first.month

    @property
    def before(self) -> Period:
        """The time just before, as long: of whole months as many months, cut at the same day of the month."""
        step = relativedelta(months=self.months) if self.months else relativedelta(days=self.days or 1)
        first, after = self.first - step, self.ends_on + A_DAY - step
        return Period(first, after - A_DAY, after - A_DAY)

    @property
    def step(self) -> str:
        """As PostgreSQL's `date_trunc` says it."""
        return "week" if (self.last - self.first).days < WEEKS_UP_TO else "month"

    def buckets(self) -> list[Bucket]:
        found = []
        key = (
            self.first - timedelta(days=self.first.weekday())
            if self.step == "week"
            else self.first.replace(day=1)
        )
        while key <= self.ends_on:
            found.append(Bucket(key, self._bucket_label(key)))
            key += timedelta(weeks=1) if self.step == "week" else relativedelta(months=1)
        return found

    def _bucket_label(self, key: date) -> str:
        return french.month(key) if self.step == "month" else french.short_day(max(key, self.first))

    @property
    def label(self) -> str:
        """« du 1er octobre au 21 novembre 2026 », « novembre 2026 », « 2026 »."""
        if self.months == 1 and not self.is_cut:
            return french.month(self.first)
        if self.months == 12 and self.first.month == 1 and not self.is_cut:
            return str(self.first.year)
        last = max(self.ends_on, self.first)
        words = {
            "first": french.short_day(self.first)
            + ("" if self.first.year == last.year else f" {self.first.year}"),
            "last": f"{french.short_day(last)} {last.year}",
        }
        return _("du %(first)s au %(last)s") % words


@dataclass(frozen=True)
class Preset:
    label: str
    period: Period

    @property
    def query(self) -> str:
        return f"du={self.period.first.isoformat()}&au={self.period.last.isoformat()}"


def presets(today: date) -> list[Preset]:
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    quarter = month - relativedelta(months=(month.month - 1) % 3)
    return [
        _preset(_("Ce mois"), month, 1, today),
        _preset(_("Le mois dernier"), month - relativedelta(months=1), 1, today),
        _preset(_("Ce trimestre"), quarter, 3, today),
        _preset(_("Le trimestre dernier"), quarter - relativedelta(months=3), 3, today),
        _preset(_("Cette année"), year, 12, today),
        _preset(_("L’année dernière"), year - relativedelta(years=1), 12, today),
    ]


def _preset(label: str, first: date, months: int, today: date) -> Preset:
    return Preset(label, Period.of(first, first + relativedelta(months=months) - A_DAY, today))


def usual(today: date) -> Period:
    """This quarter, or the one before while this one has nothing to show."""
    this, last = presets(today)[2:4]
    return last.period if this.period.is_empty else this.period
