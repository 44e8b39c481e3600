"""The shared record on paper, as one reader may see it: for a colleague, a hospital. Reads, never writes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from coordination.access import Reader, oppositions_to
from coordination.care_circle import circle_of
from coordination.medical_facts import Facts, facts_of
from coordination.timeline_page import Page, Wanted, page_of
from core.formats import french
from core.formats.paper import new_paper
from patients.models import Patient
from patients.models.patient import IdentityStatus

if TYPE_CHECKING:
    from core.formats.pdf import Paper

MOST_LINES = 400
DATE, KIND, WHAT, WHO = 30, 28, 88, 40


def record_pdf(
    patient: Patient, reader: Reader, wanted: Wanted, *, printed_at: datetime
) -> tuple[bytes, Page]:
    """The PDF, and the lines that are on it. At the desk: identity, what helps to receive, who, when, where."""
    opposed = oppositions_to(patient, reader)
    hidden = {} if reader.overrides else opposed
    page = page_of(patient, reader, wanted, opposed=opposed, size=MOST_LINES)
    title = _("Dossier partagé de %(name)s") % {"name": patient.display_name}
    foot = _("%(title)s · imprimé par %(who)s le %(day)s à %(hour)s") % {
        "title": title,
        "who": reader.user,
        "day": french.full_day(printed_at),
        "hour": french.hour(printed_at),
    }
    paper = new_paper(title, foot)
    paper.add_page()
    paper.line_of(patient.display_name, 16, bold=True)
    for line in _identity(patient):
        paper.line_of(line, 10, soft=True)
    _write_facts(paper, facts_of(patient, reader, hidden), reader)
    if not reader.at_desk:
        _write_team(paper, patient)
    _write_lines(paper, page)
    return paper.content(), page


def _identity(patient: Patient) -> list[str]:
    born = {
        "day": f"{patient.birth_date:%d/%m/%Y}",
        "names": f"{patient.birth_first_names} {patient.birth_name}",
    }
    lines = [_("%(names)s, date de naissance %(day)s") % born + f", {patient.get_sex_display()}"]
    if patient.identity_status == IdentityStatus.QUALIFIED:
        lines.append(_("Matricule INS %(number)s") % {"number": patient.ins_number})
    else:
        lines.append(_("Identité %(status)s") % {"status": patient.identity_status.label})
    doctor = patient.attending_doctor or patient.attending_doctor_outside
    if doctor:
        lines.append(_("Médecin traitant : %(name)s") % {"name": doctor})
    if patient.deceased_on:
        lines.append(_("Décès le %(day)s") % {"day": french.full_day_with_year(patient.deceased_on)})
    return lines


def _write_facts(paper: Paper, facts: Facts, reader: Reader) -> None:
    paper.ln(3)
    if not reader.at_desk:
        paper.line_of(_("Allergies"), 12, bold=True)
        for allergy in facts.allergies:
            said = (allergy.substance, allergy.get_criticality_display(), allergy.reaction)
            paper.line_of(" · ".join(part for part in said if part), 10)
        if facts.none_known:
            day = french.full_day_with_year(facts.none_known.noted_at)
            paper.line_of(_("Aucune allergie connue (%(day)s)") % {"day": day}, 10)
        if facts.is_unasked:
            paper.line_of(_("Non renseigné."), 10)
        paper.ln(2)
    if facts.alerts:
        paper.line_of(_("Alertes"), 12, bold=True)
        for alert in facts.alerts:
            paper.line_of(alert.text, 10)
        paper.ln(2)


def _write_team(paper: Paper, patient: Patient) -> None:
    paper.line_of(_("Équipe de soins"), 12, bold=True)
    for carer in circle_of(patient):
        said = (carer.practitioner.display_name, carer.practitioner.profession_name, ", ".join(carer.reasons))
        paper.line_of(" · ".join(said), 10)
    paper.ln(2)


def _write_lines(paper: Paper, page: Page) -> None:
    paper.line_of(_("Ce qui s’est passé ici"), 12, bold=True)
    if not page.lines:
        paper.line_of(_("Rien ne correspond."), 10)
        return
    rows = [
        [
            f"{french.short_day(line.entry.at)} {french.local_date(line.entry.at).year}",
            str(line.source.label),
            " – ".join(str(part) for part in (line.title, line.summary) if part),
            line.entry.author,
        ]
        for line in page.lines
    ]
    paper.grid([_("Date"), _("Nature"), _("Quoi"), _("Par")], [DATE, KIND, WHAT, WHO], rows)
    if page.older is not None:
        number = {"number": MOST_LINES}
        paper.line_of(
            _("Les %(number)s lignes les plus récentes ; il y en a d’autres.") % number, 9, soft=True
        )
