"""The opinion on paper: for who cares for the patient, and for the patient where it is shown to him."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.formats import french
from core.formats.paper import new_paper
from teleconsult.expertise_context import lines_of
from teleconsult.models import ExpertiseAnswer

if TYPE_CHECKING:
    from core.formats.pdf import Paper


def paper_of(answer: ExpertiseAnswer) -> bytes:
    request = answer.request
    centre, patient = request.requester.centre, request.patient
    paper = new_paper(_("Avis à distance"), f"{centre.name} · {centre.one_line_address}")
    paper.add_page()
    paper.line_of(answer.author.display_name, 12, bold=True)
    paper.line_of(answer.author.profession_name, 9.5, soft=True)
    paper.ln(6)
    paper.line_of(french.full_day_with_year(answer.written_at).capitalize(), 9.5)
    paper.line_of(_("À : %(who)s") % {"who": request.requester.display_name}, 10.5, bold=True)
    paper.ln(6)
    if patient.is_under_pseudonym:
        paper.line_of(patient.display_name, 10.5)
    else:
        born = f"{patient.birth_date:%d/%m/%Y}"
        words = _("%(name)s, né(e) le %(day)s") % {"name": patient.display_name, "day": born}
        paper.line_of(words, 10.5)
    _asked(paper, answer)
    _said(paper, answer)
    return paper.content()


def _asked(paper: Paper, answer: ExpertiseAnswer) -> None:
    paper.ln(6)
    paper.line_of(_("Ce qui était demandé"), 12, bold=True)
    paper.line_of(answer.request.question, 10.5)
    for line in lines_of(answer.request):
        paper.line_of(f"{line.question.label}{french.NBSP}: {line.text}", 9.5, soft=True)


def _said(paper: Paper, answer: ExpertiseAnswer) -> None:
    paper.ln(6)
    paper.line_of(_("Avis"), 14, bold=True)
    paper.ln(2)
    if answer.version > 1:
        words = {"number": answer.version, "why": answer.why}
        paper.line_of(_("Version %(number)s, corrigée : %(why)s") % words, 9.5, soft=True)
        paper.ln(2)
    paper.line_of(answer.conclusion, 10.5)
    paper.ln(4)
    action = str(answer.get_action_display()).capitalize()
    paper.line_of(f"{action}, {answer.get_within_display()}.", 11, bold=True)
    if answer.details:
        paper.ln(2)
        paper.line_of(answer.details, 10.5)
