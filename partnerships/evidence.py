"""The report of a year against the grid of the contract: read live while it runs, read from its rows once frozen."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import gives_care, is_coordinator, is_desk
from coordination.meeting_counts import list_size as count_list
from core import clock
from core.db import together
from core.uploads.models import UploadState
from partnerships import evidence_hours, evidence_team
from partnerships.evidence_frame import Frame, Measure, Measured, Questions
from partnerships.evidence_lines import Line, Report
from partnerships.evidence_points import condition_of, euros_of, is_met, points_of
from partnerships.models import (
    EvidenceDeclaration,
    EvidenceGrid,
    EvidenceProof,
    EvidenceYear,
    Indicator,
    IndicatorLevel,
    MeasureCode,
)
from practitioners.models import Centre


def _nothing(frame: Frame) -> Measured:
    return Measured(None)


def measures() -> dict[str, Measure]:
    """In the words of who looks; asked for anew since he may read another language than the one before."""
    per_cent = "%"
    return {
        MeasureCode.OPENING_HOURS: Measure(
            per_cent, evidence_hours.opening_hours, is_desk, is_daily=True, asks=evidence_hours.asks_away
        ),
        MeasureCode.UNSCHEDULED: Measure(
            per_cent, evidence_hours.unscheduled, is_desk, is_daily=True, asks=evidence_hours.asks_away
        ),
        MeasureCode.ADVANCED: Measure(
            _("jours par semaine"),
            evidence_team.advanced,
            is_desk,
            unit_of_one=_("jour par semaine"),
            asks=evidence_team.asks_sessions,
        ),
        MeasureCode.CONCERTATION: Measure(per_cent, evidence_team.concertation, is_desk),
        MeasureCode.PROTOCOLS: Measure(
            _("protocoles"),
            evidence_team.protocols,
            is_desk,
            unit_of_one=_("protocole"),
            asks=evidence_team.asks_protocols,
        ),
        MeasureCode.INTERNS: Measure(
            _("stages"),
            evidence_team.interns,
            is_coordinator,
            unit_of_one=_("stage"),
            asks=evidence_team.asks_stays,
        ),
        MeasureCode.COORDINATION: Measure(
            _("% des jours"), evidence_team.coordination, is_desk, asks=evidence_team.asks_posts
        ),
        MeasureCode.RECORD_USE: Measure(
            _("% des professionnels"), evidence_team.record_use, gives_care, asks=evidence_team.asks_notes
        ),
        MeasureCode.DECLARED: Measure("", _nothing, is_desk),
    }


def grid_for(centre: Centre, year: int) -> EvidenceGrid | None:
    """Amendments hold for the whole year in which they come: the grid of its last day is that of the year."""
    return EvidenceGrid.objects.on(date(year, 12, 31)).filter(centre=centre).first()


def report(centre: Centre, year: int, grid: EvidenceGrid, *, only: str = "") -> Report:
    """As it stands this morning. `only`: one indicator, and the queries of no other. A fixed number of queries."""
    saids, declarations, papers, levels, indicators = together(
        EvidenceYear.objects.filter(centre=centre, year=year),
        EvidenceDeclaration.objects.filter(year__centre=centre, year__year=year),
        _papers(centre, year),
        IndicatorLevel.objects.filter(indicator__grid=grid).order_by("threshold"),
        grid.indicators.order_by("position", "pk"),
    )
    declared = saids[0].list_size if saids else None
    frame = Frame(centre, grid, year, clock.today(), list_size=count_list() if declared is None else declared)
    wanted = [one for one in indicators if only in ("", one.code)]
    for one in wanted:
        one.steps = [level for level in levels if level.indicator_id == one.pk]
    _ask(frame, wanted)
    lines = [_line(one, frame, declarations, papers) for one in wanted]
    return Report(
        year=year,
        lines=lines,
        grid_name=grid.name,
        grid_source=grid.source,
        point_euros=grid.point_euros,
        list_size=frame.list_size,
        list_is_declared=declared is not None,
        prerequisites_bind=grid.prerequisites_bind,
        last=frame.last,
    )


def _ask(frame: Frame, indicators: list[Indicator]) -> None:
    """What the measures of these indicators want to know, in one statement."""
    known = measures()
    questions: Questions = {}
    for code in dict.fromkeys(one.measure for one in indicators):
        asks = known[code].asks
        questions |= asks(frame) if asks is not None else {}
    if questions:
        answers = together(*questions.values())
        frame.answers.update(dict(zip(questions, answers, strict=True)))


def _line(
    indicator: Indicator, frame: Frame, said: list[EvidenceDeclaration], papers: list[EvidenceProof]
) -> Line:
    measure = measures()[indicator.measure]
    measured = measure.read(frame)
    if indicator.measure == MeasureCode.DECLARED:
        measured = _declared(indicator, said)
    levels: list[IndicatorLevel] = indicator.steps  # type: ignore[attr-defined]
    events = measured.events or 0
    met = is_met(indicator, levels, measured.value, events)
    points = points_of(
        indicator, levels, measured.value, events=events, list_size=frame.list_size, grid=frame.grid
    )
    return Line(
        code=indicator.code,
        name=indicator.name,
        axis=indicator.axis,
        standing=indicator.standing,
        measure=indicator.measure,
        unit=measure.unit_of(measured.value),
        wants=indicator.wants,
        value=measured.value,
        is_met=met,
        condition=condition_of(indicator, levels, measure.unit_of, frame.grid),
        points=points,
        euros=euros_of(points, frame.grid.point_euros),
        facts=measured.facts,
        missing=[*measured.missing, *(_not_shown(indicator, papers) if met else [])],
        rows=measured.rows,
    )


def _declared(indicator: Indicator, said: list[EvidenceDeclaration]) -> Measured:
    one = next((one for one in said if one.code == indicator.code), None)
    if one is None:
        return Measured(None, missing=[_("Valeur à saisir.")])
    return Measured(one.value, facts=[one.note])


def _papers(centre: Centre, year: int) -> QuerySet[EvidenceProof]:
    """Checked or being checked; one that was refused proves nothing."""
    found = EvidenceProof.objects.filter(year__centre=centre, year__year=year)
    return found.exclude(upload__state=UploadState.REFUSED)


def _not_shown(indicator: Indicator, papers: list[EvidenceProof]) -> list[str]:
    """The pieces that the grid asks for and nobody has put here."""
    here = {one.wanted for one in papers if one.code == indicator.code}
    return [_("Pièce à joindre : %(title)s.") % {"title": one} for one in indicator.proofs if one not in here]
