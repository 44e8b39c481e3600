"""From a value to points and euros, by the formula of the grid. Pure, so that a hand can do it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import french
from partnerships.evidence_frame import HUNDREDTH
from partnerships.models import EvidenceGrid, Formula, Indicator, IndicatorLevel

NOTHING = Decimal(0)
# « jour » below two, « jours » from two on.
UnitOf = Callable[[Decimal | None], str]


def is_met(
    indicator: Indicator, levels: Sequence[IndicatorLevel], value: Decimal | None, events: int
) -> bool:
    """Whether the first step of what is asked is reached."""
    if value is None or events < (indicator.least_events or 0):
        return False
    if indicator.formula == Formula.LEVELS:
        return bool(levels) and value >= min(level.threshold for level in levels)
    if indicator.formula == Formula.LIST:
        return value >= (indicator.threshold or NOTHING)
    return value > 0


def points_of(
    indicator: Indicator,
    levels: Sequence[IndicatorLevel],
    value: Decimal | None,
    *,
    events: int,
    list_size: int,
    grid: EvidenceGrid,
) -> Decimal:
    if value is None or not is_met(indicator, levels, value, events):
        return NOTHING
    by_list = (indicator.variable_points or NOTHING) * list_size / grid.reference_list
    match indicator.formula:
        case Formula.LEVELS:
            points = sum((level.points for level in levels if value >= level.threshold), NOTHING)
        case Formula.UNIT:
            points = (indicator.unit_points or NOTHING) * min(int(value), indicator.most_units or 0)
        case Formula.LIST:
            points = (indicator.fixed_points or NOTHING) + by_list
        case _rate:
            points = by_list * value / (indicator.reference_rate or Decimal(100))
    return points.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def euros_of(points: Decimal, grid_euros: Decimal) -> Decimal:
    return (points * grid_euros).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def condition_of(
    indicator: Indicator, levels: Sequence[IndicatorLevel], unit_of: UnitOf, grid: EvidenceGrid
) -> str:
    """« 300 points à partir de 0,5 jour par semaine, 300 de plus à partir de 2,5 »: what the table shows."""
    parts = list(_parts(indicator, levels, unit_of, grid))
    if indicator.least_events:
        words = ngettext(
            "au moins %(number)s réunion", "au moins %(number)s réunions", indicator.least_events
        )
        parts.append(words % {"number": indicator.least_events})
    return ", ".join(parts)


def _parts(
    indicator: Indicator, levels: Sequence[IndicatorLevel], unit_of: UnitOf, grid: EvidenceGrid
) -> list[str]:
    shown = {
        "fixed": plain(indicator.fixed_points),
        "variable": plain(indicator.variable_points),
        "unit_points": plain(indicator.unit_points),
        "most": indicator.most_units,
        "rate": plain(indicator.reference_rate),
        "threshold": plain(indicator.threshold),
        "unit": unit_of(indicator.threshold),
        "list": plain(Decimal(grid.reference_list)),
    }
    match indicator.formula:
        case Formula.LEVELS:
            return [_level(level, unit_of, first=not number) for number, level in enumerate(levels)]
        case Formula.UNIT:
            return [_("%(unit_points)s points chacun, %(most)s au plus") % shown]
        case Formula.LIST:
            return [
                _("à partir de %(threshold)s %(unit)s") % shown,
                _("%(fixed)s points, et %(variable)s pour %(list)s patients") % shown,
            ]
        case _other:
            return [_("%(variable)s points pour %(list)s patients et %(rate)s %%") % shown]


def _level(level: IndicatorLevel, unit_of: UnitOf, *, first: bool) -> str:
    value = f"{plain(level.threshold)}{french.NBSP}{unit_of(level.threshold)}".strip()
    shown = {"points": plain(level.points), "threshold": plain(level.threshold), "value": value}
    if not level.points:
        return _("demandé : %(value)s") % shown
    if first:
        return _("%(points)s points à partir de %(value)s") % shown
    return _("%(points)s de plus à partir de %(threshold)s") % shown


def plain(number: Decimal | None) -> str:
    """« 1 000 », « 2,5 »: without zeros at the end."""
    if number is None:
        return ""
    whole, _dot, rest = f"{number:,.2f}".partition(".")
    rest = rest.rstrip("0")
    if french.language() == "en":
        return f"{whole}.{rest}" if rest else whole
    whole = whole.replace(",", french.NBSP)
    return f"{whole},{rest}" if rest else whole
