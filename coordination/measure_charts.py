"""The course of a measure as a table that can be drawn."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from coordination.measures import Course, number, with_unit
from coordination.models import MeasureComponent, MeasureThreshold
from core.formats.french import hour, local_date
from core.web.charts import Cell, Chart, Line, Row, day_of


def chart_of(course: Course) -> Chart:
    kind = course.kind
    days = [local_date(point.at) for point in course.points]
    rows = [
        Row(
            label=day_of(point.at) if days.count(day) == 1 else f"{day_of(point.at)}, {hour(point.at)}",
            at=point.at,
            cells=[_cell(value, one) for value, one in zip(point.values, course.components, strict=True)],
            note=", ".join([*course.crossed(point), *([_("vérifiée")] if point.is_confirmed else [])]),
            url=reverse("note", args=[point.note_id]) if point.note_id else "",
        )
        for point, day in zip(course.points, days, strict=True)
    ]
    return Chart(
        key=kind.code,
        title=f"{kind.name} ({kind.unit_label})",
        first_heading=_("Date"),
        headings=[one.name.capitalize() or kind.short_name for one in course.components],
        rows=rows,
        unit=kind.unit_label,
        lines=[
            _line(one, component, course)
            for component, thresholds in zip(course.components, course.thresholds, strict=True)
            for one in thresholds
        ],
        note_heading=_("À noter") if any(row.note for row in rows) else "",
    )


def _cell(value: Decimal, component: MeasureComponent) -> Cell:
    return Cell(number(value, component.decimals), value)


def _line(threshold: MeasureThreshold, component: MeasureComponent, course: Course) -> Line:
    """« systolique à partir de 140 mmHg : tension élevée »."""
    decimals = max(component.decimals, -int(threshold.value.normalize().as_tuple().exponent))
    words = {
        "which": f"{component.name} " if component.name else "",
        "side": threshold.get_side_display(),
        "value": with_unit(number(threshold.value, decimals), course.kind),
        "meaning": threshold.meaning,
    }
    return Line(_("%(which)s%(side)s %(value)s : %(meaning)s") % words, threshold.value)
