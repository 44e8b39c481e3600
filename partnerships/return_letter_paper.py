"""The letter on paper: what is sent by secure mail to a doctor of outside, or kept by the patient."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.formats import french
from core.formats.paper import new_paper
from partnerships.models import ReturnLetter


def paper_of(letter: ReturnLetter) -> bytes:
    request = letter.request
    centre, patient = request.programme.place.centre, request.patient
    paper = new_paper(_("Compte rendu"), f"{centre.name} · {centre.one_line_address}")
    paper.add_page()
    paper.line_of(letter.author.display_name, 12, bold=True)
    paper.line_of(f"{letter.author.profession_name}, {request.programme.partner.name}", 9.5, soft=True)
    paper.ln(6)
    paper.line_of(french.full_day_with_year(letter.dated_on).capitalize(), 9.5)
    if request.requester is not None:
        paper.line_of(_("À : %(who)s") % {"who": request.requester.display_name}, 10.5, bold=True)
    paper.ln(6)
    if patient is not None:
        born = f"{patient.birth_date:%d/%m/%Y}"
        words = _("%(name)s, né(e) le %(day)s") % {"name": patient.display_name, "day": born}
        paper.line_of(words, 10.5)
        paper.ln(4)
    if request.appointment is not None:
        day = french.full_day_with_year(request.appointment.start_at)
        paper.line_of(_("Reçu(e) le %(day)s") % {"day": day}, 14, bold=True)
        paper.ln(3)
    paper.line_of(letter.conclusion, 10.5)
    if letter.advice:
        paper.ln(4)
        paper.line_of(_("Ce qui est proposé"), 12, bold=True)
        paper.line_of(letter.advice, 10.5)
    paper.ln(4)
    paper.line_of(f"{letter.get_next_step_display()}.".capitalize(), 10.5, bold=True)
    return paper.content()
