"""The report on paper, for the health insurance: figures, what stands behind them, papers by their digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core import clock
from core.formats import french
from core.formats.paper import new_paper
from partnerships.evidence import measures
from partnerships.evidence_lines import Line, Report
from partnerships.evidence_masking import masked_line
from partnerships.evidence_points import plain
from partnerships.models import Axis, Standing
from practitioners.models import Centre

if TYPE_CHECKING:
    from core.formats.pdf import Paper


def paper(
    centre: Centre, report: Report, papers: list[dict[str, str]], content_hash: str, *, by: str
) -> bytes:
    title = _("Rapport d’activité et de preuves, année %(year)s") % {"year": report.year}
    made = _("figé le %(day)s") % {"day": french.full_day_with_year(clock.now())}
    sheet = new_paper(title, f"{centre.name} · {title} · {made}")
    sheet.add_page()
    sheet.line_of(centre.name, 10, soft=True)
    sheet.line_of(title, 17, bold=True)
    for fact in _facts(report):
        sheet.line_of(fact, 9.5, soft=True)
    sheet.ln(3)
    _table(sheet, report)
    _totals(sheet, report)
    for line in report.lines:
        _behind(sheet, line)
    _papers(sheet, report, papers)
    sheet.ln(4)
    signed = _("Figé le %(day)s par %(who)s.") % {"day": french.full_day_with_year(clock.now()), "who": by}
    sheet.line_of(signed, 9, soft=True)
    sheet.line_of(_("Empreinte des lignes : %(hash)s") % {"hash": content_hash}, 7, soft=True)
    return sheet.content()


def _facts(report: Report) -> list[str]:
    list_of = (
        _("Patientèle médecin traitant : %(number)s (nombre de la caisse)")
        if report.list_is_declared
        else _("Patientèle médecin traitant : %(number)s (comptée par le portail)")
    )
    return [
        _("Grille : %(name)s") % {"name": report.grid_name},
        _("Source : %(source)s") % {"source": report.grid_source},
        _("Valeur du point : %(euros)s") % {"euros": french.euros(report.point_euros)},
        list_of % {"number": report.list_size},
    ]


def _table(sheet: Paper, report: Report) -> None:
    headings = [_("Indicateur"), _("Valeur"), _("Demandé"), _("Points"), _("Euros")]
    rows = [
        [
            f"{line.name}\n{Standing(line.standing).label}, {Axis(line.axis).label}",
            shown_value(line),
            line.condition,
            plain(line.points),
            french.euros(line.euros),
        ]
        for line in report.lines
    ]
    sheet.grid(headings, [58, 30, 52, 20, 26], rows)


def _totals(sheet: Paper, report: Report) -> None:
    sheet.ln(2)
    total = _("Total : %(points)s points, %(euros)s")
    sheet.line_of(
        total % {"points": plain(report.points), "euros": french.euros(report.euros)}, 12, bold=True
    )
    if report.unproved:
        said = _("dont %(points)s points dont les pièces ne sont pas complètes")
        sheet.line_of(said % {"points": plain(report.unproved)}, 9.5, soft=True)
    for line in report.prerequisites_missing:
        sheet.line_of(_("Prérequis non atteint : %(name)s") % {"name": line.name}, 9.5, soft=True)


def shown_value(line: Line) -> str:
    if line.value is None:
        return "–"
    return f"{plain(line.value)}{french.NBSP}{line.unit}".strip()


def _behind(sheet: Paper, line: Line) -> None:
    sheet.ln(4)
    sheet.line_of(line.name, 12, bold=True)
    for fact in line.facts:
        sheet.line_of(fact, 9.5)
    for sentence in line.missing:
        sheet.line_of(sentence, 9.5, soft=True)
    rows = line.rows
    if measures()[line.measure].is_daily:
        full = sum(row.counts for row in rows)
        sheet.line_of(_("Jours conformes : %(full)s sur %(all)s.") % {"full": full, "all": len(rows)}, 9.5)
        rows = [row for row in rows if not row.counts]
    if not rows:
        return
    people, total = masked_line([row.people or 0 for row in rows])
    counts_people = any(row.people is not None for row in rows)
    cells = [
        [
            french.full_day(row.day) if row.day else "",
            row.title,
            row.detail if row.counts else _("%(detail)s, non compté") % {"detail": row.detail},
            str(number) if row.people is not None else "",
        ]
        for row, number in zip(rows, people, strict=True)
    ]
    headings, widths = [_("Date"), _("Quoi"), _("Détail"), _("Patients")], [40, 60, 66, 20]
    if counts_people:
        cells.append(["", _("Ensemble"), "", str(total)])
        sheet.grid(headings, widths, cells)
        if not all(isinstance(number, int) for number in [*people, total]):
            sheet.line_of(_("n. c. : non communiqué, pour ne désigner personne."), 8.5, soft=True)
    else:
        sheet.grid(headings[:3], [40, 66, 80], [row[:3] for row in cells])


def _papers(sheet: Paper, report: Report, papers: list[dict[str, str]]) -> None:
    if not papers:
        return
    names = {line.code: line.name for line in report.lines}
    sheet.ln(4)
    sheet.line_of(_("Pièces justificatives"), 12, bold=True)
    rows = [[names.get(one["code"], one["code"]), one["title"], one["digest"][:16] + "…"] for one in papers]
    sheet.grid([_("Indicateur"), _("Pièce"), _("Empreinte SHA-256")], [66, 66, 54], rows)
