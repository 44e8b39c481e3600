"""A pathway as it is read: which step after which, and a line of time drawn to scale. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coordination.models import TemplateStep
from coordination.pathway_dates import Window, window_of
from core import clock

WIDTH, LEFT, ROW = 1000, 40, 34


@dataclass
class Drawn:
    """One step, counted in days from the start where all goes as it ideally should."""

    step: TemplateStep
    depth: int
    first_day: int
    ideal_day: int
    last_day: int
    x: int = 0
    width: int = 0
    dot: int = 0
    y: int = 0

    @property
    def middle(self) -> int:
        return self.y + 9

    @property
    def label_y(self) -> int:
        return self.y + 14


@dataclass
class Drawing:
    steps: list[Drawn]
    days: int
    ticks: list[tuple[int, int]]

    @property
    def height(self) -> int:
        return ROW * len(self.steps) + 30

    @property
    def floor(self) -> int:
        return ROW * len(self.steps) + 4

    @property
    def tick_y(self) -> int:
        return self.floor + 18


def draw(steps: Sequence[TemplateStep], zone: str = "", start: date | None = None) -> Drawing:
    start = start or clock.today()
    known: dict[int, tuple[Drawn, date]] = {}
    for step in steps:
        before = known.get(step.after or 0)
        window = window_of(step, before[1] if before else start, None, zone)
        over = window.ideal + _length(step)
        known[step.position] = (_drawn(step, before[0].depth + 1 if before else 0, window, start), over)
    drawn = [one for one, _over in known.values()]
    days = max([1, *(one.last_day for one in drawn), *((over - start).days for _one, over in known.values())])
    scale = (WIDTH - 2 * LEFT) / days
    for index, one in enumerate(drawn):
        one.y = ROW * index + 6
        one.x = LEFT + round(one.first_day * scale)
        one.width = max(6, round((one.last_day - one.first_day) * scale))
        one.dot = LEFT + round(one.ideal_day * scale)
    unit = next((size for size in (7, 14, 28, 56, 91, 182) if days / size <= 8), 365)
    ticks = [(LEFT + round(day * scale), day) for day in range(0, days + 1, unit)]
    return Drawing(drawn, days, ticks)


def _drawn(step: TemplateStep, depth: int, window: Window, start: date) -> Drawn:
    first, ideal, last = ((day - start).days for day in window)
    return Drawn(step, depth, first, ideal, last)


def _length(step: TemplateStep) -> timedelta:
    return timedelta(days=((step.sessions or 1) - 1) * 7 // step.per_week) if step.is_series else timedelta(0)
