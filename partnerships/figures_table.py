"""A table of figures: what the screen shows, what is drawn of it, and what leaves the house. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats.french import NBSP, language
from partnerships.figures_sql import Number

NOTHING = "–"
BEFORE = "_before"

type Kind = Literal["line", "bar", "across"]


class Unit(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    HOURS = "hours"

    @property
    def label(self) -> str:
        return {
            Unit.COUNT: _("nombre"),
            Unit.PERCENT: "%",
            Unit.DAYS: _("jours"),
            Unit.HOURS: _("heures"),
        }[self]


@dataclass(frozen=True)
class Column:
    """One line of the dictionary.

    `is_people`: each one counted is a person or a visit, so that a small number might point to somebody; `adds_up`: the
    lines make the total; `part_of`: the column of which this one counts a part. `bases`: the columns that this one is
    computed from, and is hidden with.
    """

    key: str
    heading: str | Promise
    unit: Unit
    meaning: str | Promise
    source: str | Promise
    how: str | Promise
    is_people: bool = False
    adds_up: bool = True
    part_of: str = ""
    bases: tuple[str, ...] = ()
    is_before: bool = False

    @property
    def short_heading(self) -> str:
        return _("Avant") if self.is_before else str(self.heading)

    @property
    def full_heading(self) -> str:
        """Alone, without the column that stands before it; with its unit where it is not a number."""
        words = {"heading": str(self.heading), "unit": self.unit.label}
        if self.unit != Unit.COUNT:
            words["heading"] = _("%(heading)s (%(unit)s)") % words
        return _("%(heading)s, période d’avant") % words if self.is_before else words["heading"]

    @property
    def before(self) -> Column:
        """The same, of the period before."""
        return replace(
            self,
            key=f"{self.key}{BEFORE}",
            part_of=self.part_of and f"{self.part_of}{BEFORE}",
            bases=tuple(f"{base}{BEFORE}" for base in self.bases),
            is_before=True,
        )


@dataclass(frozen=True)
class Line:
    label: str
    values: list[Number]


@dataclass(frozen=True)
class Table:
    """`title` names it, `sentence` says what it shows. The first `drawn` columns are drawn, none where it is 0."""

    key: str
    title: str
    sentence: str
    first_heading: str
    columns: list[Column]
    lines: list[Line]
    total: Line | None = None
    drawn: int = 1
    kind: Kind = "bar"
    note: str = ""
    behind: list[Column] = field(default_factory=list)

    @property
    def every_column(self) -> list[Column]:
        return [*self.columns, *self.behind]

    def now_only(self) -> Table:
        """Without the period before, where its weeks or months are not the ones that are shown."""
        kept = [index for index, column in enumerate(self.every_column) if not column.is_before]

        def cut(line: Line) -> Line:
            return Line(line.label, [line.values[index] for index in kept])

        return replace(
            self,
            columns=[column for column in self.columns if not column.is_before],
            behind=[column for column in self.behind if not column.is_before],
            lines=[cut(line) for line in self.lines],
            total=cut(self.total) if self.total else None,
            drawn=sum(not column.is_before for column in self.columns[: self.drawn]),
        )

    @property
    def is_empty(self) -> bool:
        """Nothing was counted in the period itself."""
        lines = [*self.lines, *([self.total] if self.total else [])]
        return not any(value for line in lines for value in line.values)


def plain(value: Number, unit: Unit) -> str:
    """« 1 240 », « 62,4 » as one reads it, without the unit."""
    if value is None:
        return NOTHING
    decimals = 1 if unit in (Unit.PERCENT, Unit.DAYS) and value % 1 else 0
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:,.{decimals}f}"
    return text if language() == "en" else text.replace(",", NBSP).replace(".", ",")


def spoken(value: Number, unit: Unit) -> str:
    """With its unit: « 62,4 % », « 12 jours », « 310 h », « 1 240 »."""
    text = plain(value, unit)
    if value is None or unit == Unit.COUNT:
        return text
    if unit == Unit.DAYS:
        word = _("jour") if value < 2 else _("jours")
        return f"{text}{NBSP}{word}"
    if unit == Unit.PERCENT and language() == "en":
        return f"{text}%"
    return f"{text}{NBSP}{'%' if unit == Unit.PERCENT else 'h'}"


def share(part: Number, whole: Number) -> Decimal | None:
    """In hundredths, to a tenth; nothing of nothing."""
    if not whole or part is None:
        return None
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def tenth(value: Number | float) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def hours(seconds: Number) -> int:
    return int((Decimal(seconds or 0) / 3600).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def count(value: Number) -> int:
    return int(value or 0)


def change(now: Number, before: Number, unit: Unit) -> str:
    """« 8 % de plus que la période d’avant », « 3 points de moins », « comme avant »."""
    if now is None or not before:
        return _("rien à comparer avant")
    if now == before:
        return _("comme avant")
    more = now > before
    if unit == Unit.PERCENT:
        gap = abs(Decimal(now) - Decimal(before))
        point = ngettext("%(gap)s point", "%(gap)s points", 1 if gap < 2 else 2) % {"gap": plain(gap, unit)}
        return _more_or_less(point, more=more)
    if unit == Unit.DAYS:
        return _more_or_less(spoken(abs(Decimal(now) - Decimal(before)), unit), more=more)
    return _more_or_less(spoken(share(abs(Decimal(now) - Decimal(before)), before), Unit.PERCENT), more=more)


def _more_or_less(gap: str, *, more: bool) -> str:
    return (_("%(gap)s de plus qu’avant") if more else _("%(gap)s de moins qu’avant")) % {"gap": gap}


def highest(lines: Sequence[Line], column: int = 0) -> Line | None:
    return max(
        (line for line in lines if line.values[column]),
        key=lambda line: line.values[column] or 0,
        default=None,
    )
