"""The plans of many pathways at once: three queries, however many patients, and the numbers by template. Reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from django.db.models import QuerySet

from appointments.models import Appointment
from coordination.models import CarePathway, PathwayState, PathwayStep, PathwayVersion, VersionState
from coordination.pathway_plan import Plan, plan
from core import clock
from practitioners.house import the_house


def plans_of(pathways: QuerySet[CarePathway]) -> list[Plan]:
    """In the order of the queryset."""
    rows = list(pathways.with_people())  # type: ignore[attr-defined]
    steps: dict[int, list[PathwayStep]] = defaultdict(list)
    known = {row.pk: row for row in rows}
    for step in steps_of(known):
        step.pathway = known[step.pathway_id]
        steps[step.pathway_id].append(step)
    series = {step.series_id for several in steps.values() for step in several if step.series_id}
    sessions = sessions_of(series)
    today, zone = clock.today(), zone_of_house()
    return [plan(row, steps[row.pk], sessions, today, zone) for row in rows]


def plan_of(pathway: CarePathway) -> Plan:
    return plans_of(CarePathway.objects.filter(pk=pathway.pk))[0]


def steps_of(pathways: Iterable[int]) -> QuerySet[PathwayStep]:
    return (
        PathwayStep.objects.filter(pathway__in=list(pathways))
        .select_related(
            "source__category",
            "source__profession",
            "practitioner__profession",
            "practitioner__user",
            "appointment__practitioner",
            "appointment__reason",
            "series",
        )
        .order_by("pathway_id", "source__position")
    )


def sessions_of(series: Iterable[int]) -> dict[int, list[Appointment]]:
    found: dict[int, list[Appointment]] = defaultdict(list)
    keys = list(series)
    if keys:
        for visit in Appointment.objects.filter(series__in=keys).order_by("start_at", "pk"):
            found[visit.series_id or 0].append(visit)
    return found


def zone_of_house() -> str:
    centre = the_house().centre
    return centre.holiday_zone if centre else ""


@dataclass
class Numbers:
    """How one template fares, all its versions together."""

    version: PathwayVersion
    running: int = 0
    late: int = 0
    stalled: int = 0
    completed: int = 0
    dropped: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def median_days(self) -> int | None:
        """From the start to the last step, of those that were followed to the end."""
        return round(median(self.days)) if self.days else None


def numbers_by_template(running: Iterable[Plan]) -> list[Numbers]:
    """Two queries beside those of the running plans."""
    found = {version.template_id: Numbers(version) for version in _latest_versions()}
    for one in running:
        numbers = found[one.pathway.version.template_id]
        numbers.running += 1
        numbers.late += one.is_late
        numbers.stalled += one.is_stalled
    ended = CarePathway.objects.exclude(state=PathwayState.ACTIVE).order_by("pk")
    for template, state, started_on, ended_at in ended.values_list(
        "version__template_id", "state", "started_on", "ended_at"
    ):
        numbers = found[template]
        if state == PathwayState.COMPLETED:
            numbers.completed += 1
            numbers.days.append(_days(started_on, clock.local(ended_at or clock.now()).date()))
        else:
            numbers.dropped += 1
    return sorted(found.values(), key=lambda one: one.version.name)


def _days(first: date, last: date) -> int:
    return max(0, (last - first).days)


def _latest_versions() -> list[PathwayVersion]:
    """The published one of each template, else the newest."""
    latest: dict[int, PathwayVersion] = {}
    for version in PathwayVersion.objects.order_by("template_id", "number"):
        known = latest.get(version.template_id)
        if known is None or known.state != VersionState.ACTIVE:
            latest[version.template_id] = version
    return list(latest.values())


def stalled(running: Iterable[Plan]) -> list[Plan]:
    """Somebody has to look: the longest late first."""
    return sorted(
        (one for one in running if one.is_stalled),
        key=lambda one: (min(standing.window.latest for standing, _ in one.troubles), one.pathway.pk),
    )
