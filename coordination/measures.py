"""What is known about measures: limits, values before, what follows from others, their course. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from coordination.access import Reader
from coordination.models import (
    Formula,
    Measure,
    MeasureComponent,
    MeasureKind,
    MeasureLimits,
    MeasureThreshold,
)
from coordination.models.measure import MeasureQuerySet
from coordination.note_access import readable_notes
from core import clock
from core.formats.french import NBSP, language
from patients.models import Patient

WEIGHT, HEIGHT, BODY_MASS_INDEX = "poids", "taille", "imc"
# A child grows: an old height says nothing about today's index.
CHILD_HEIGHT_LASTS = timedelta(days=183)


def number(value: Decimal, decimals: int) -> str:
    """« 72,5 »; in English « 72.5 »."""
    text = f"{value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):f}"
    return text if language() == "en" else text.replace(".", ",")


def with_unit(text: str, kind: MeasureKind) -> str:
    """« 72,5 kg », « 19/28 »."""
    return f"{text}{kind.unit_label}" if kind.unit_label.startswith("/") else f"{text}{NBSP}{kind.unit_label}"


@dataclass(frozen=True)
class Point:
    """One entry of a kind at a moment: its numbers in the order of its components."""

    at: datetime
    values: tuple[Decimal, ...]
    note_id: int | None = None
    author: str = ""
    is_confirmed: bool = False


@dataclass
class Course:
    """All entries of one kind for one person, the oldest first."""

    kind: MeasureKind
    components: list[MeasureComponent]
    points: list[Point]
    age: int
    thresholds: list[list[MeasureThreshold]] = field(default_factory=list)

    @property
    def last(self) -> Point:
        return self.points[-1]

    def text_of(self, point: Point) -> str:
        return written(self.kind, zip(self.components, point.values, strict=True))

    @property
    def last_text(self) -> str:
        return self.text_of(self.last)

    def crossed(self, point: Point) -> list[str]:
        """What the values mean, the most serious threshold of each number only."""
        found = []
        for value, thresholds in zip(point.values, self.thresholds, strict=True):
            hit = [one for one in thresholds if one.is_crossed(value)]
            if hit:
                found.append(min(hit, key=lambda one: abs(one.value - value)).meaning)
        return list(dict.fromkeys(found))

    @property
    def meaning(self) -> str:
        return ", ".join(self.crossed(self.last))

    @cached_property
    def trend(self) -> str:
        """« +1,5 kg en 21 jours », against the value before; empty where there is none."""
        if len(self.points) < 2:
            return ""
        before = self.points[-2]
        parts = [
            _signed(now - then, component.decimals)
            for component, now, then in zip(self.components, self.last.values, before.values, strict=True)
        ]
        change = _with_change_unit(" / ".join(parts), self.kind)
        days = (clock.local(self.last.at).date() - clock.local(before.at).date()).days
        if not days:
            return change
        if days == 1:
            return _("%(change)s en un jour") % {"change": change}
        return _("%(change)s en %(days)s jours") % {"change": change, "days": days}


def _signed(change: Decimal, decimals: int) -> str:
    if not change:
        return "="
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{number(abs(change), decimals)}"


def _with_change_unit(text: str, kind: MeasureKind) -> str:
    """A score changes by points: « +3 points », not « +3/28 »."""
    if set(text) <= set("= /"):
        return _("inchangé")
    if kind.unit_label.startswith("/"):
        return _("%(change)s pts") % {"change": text}
    return f"{text}{NBSP}{kind.unit_label}"


def written(kind: MeasureKind, values: Iterable[tuple[MeasureComponent, Decimal]]) -> str:
    """« 135 / 80 mmHg »."""
    return with_unit(" / ".join(number(value, component.decimals) for component, value in values), kind)


def offered_kinds(day: date | None = None) -> list[MeasureKind]:
    """What the entry form asks for: kinds with their numbers and limits. Three queries."""
    return list(
        MeasureKind.objects.offered(day)
        .filter(formula="")
        .prefetch_related(
            Prefetch("components", MeasureComponent.objects.order_by("position", "pk")),
            Prefetch("components__limits", MeasureLimits.objects.order_by("since")),
        )
    )


def limits_on(component: MeasureComponent, day: date) -> MeasureLimits | None:
    return next((one for one in component.limits.all() if one.holds_on(day)), None)


def last_values(patient: Patient, reader: Reader) -> dict[int, tuple[Decimal, datetime]]:
    """By component (key): the latest value that this reader may see, and when it was taken. One query."""
    rows = (
        _standing(patient, reader)
        .order_by("component", "-version__observed_at", "-pk")
        .distinct("component")
        .values_list("component", "value", "version__observed_at")
    )
    return {key: (value, at) for key, value, at in rows}


def _standing(patient: Patient, reader: Reader) -> MeasureQuerySet:
    return Measure.objects.standing().filter(version__note__in=readable_notes(patient, reader).values("pk"))


def courses_of(patient: Patient, reader: Reader, today: date | None = None) -> list[Course]:
    """Every kind of which something was measured, in the order of the house, and what follows from others."""
    today = today or clock.today()
    rows = (
        _standing(patient, reader)
        .select_related("component__kind", "version__note__author")
        .order_by("version__observed_at", "version", "component__position")
    )
    entries: dict[tuple[int, int], list[Measure]] = defaultdict(list)
    for row in rows:
        entries[(row.component.kind_id, row.version_id)].append(row)
    points: dict[int, list[Point]] = defaultdict(list)
    kinds = {kind.pk: kind for kind in _kinds()}
    for (kind_id, _version), measures in entries.items():
        if len(measures) == len(kinds[kind_id].components.all()):
            points[kind_id].append(_point(measures))
    by_code = {kind.code: points[kind.pk] for kind in kinds.values() if kind.pk in points}
    for kind in kinds.values():
        if kind.formula == Formula.BODY_MASS_INDEX:
            points[kind.pk] = body_mass_indices(by_code.get(WEIGHT, []), by_code.get(HEIGHT, []), patient)
    return [_course(kind, points[kind.pk], patient, today) for kind in kinds.values() if points.get(kind.pk)]


def _kinds() -> Iterable[MeasureKind]:
    return MeasureKind.objects.prefetch_related(
        Prefetch("components", MeasureComponent.objects.order_by("position", "pk")),
        Prefetch("components__thresholds", MeasureThreshold.objects.order_by("value", "pk")),
    )


def _point(measures: list[Measure]) -> Point:
    version = measures[0].version
    return Point(
        at=version.observed_at,
        values=tuple(one.value for one in measures),
        note_id=version.note_id,
        author=version.note.author.display_name,
        is_confirmed=any(one.is_confirmed for one in measures),
    )


def _course(kind: MeasureKind, points: list[Point], patient: Patient, today: date) -> Course:
    components, age = list(kind.components.all()), patient.age_on(today)
    thresholds = [
        [one for one in component.thresholds.all() if one.concerns(age, today)] for component in components
    ]
    return Course(kind, components, points, age, thresholds)


def body_mass_indices(weights: Sequence[Point], heights: Sequence[Point], patient: Patient) -> list[Point]:
    """One for each weight with a height that was true then: a grown-up's of any day, a child's of the last months."""
    found = []
    for weight in weights:
        height = _height_at(weight.at, heights, patient)
        if height:
            metres = height / 100
            value = (weight.values[0] / (metres * metres)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            found.append(Point(weight.at, (value,), weight.note_id, weight.author))
    return found


def _height_at(at: datetime, heights: Sequence[Point], patient: Patient) -> Decimal | None:
    if patient.is_minor_on(clock.local(at).date()):
        lately = [one for one in heights if at - CHILD_HEIGHT_LASTS <= one.at <= at]
        return lately[-1].values[0] if lately else None
    grown = [one for one in heights if not patient.is_minor_on(clock.local(one.at).date())]
    nearest = [one for one in grown if one.at <= at][-1:] or grown[:1]
    return nearest[0].values[0] if nearest else None
