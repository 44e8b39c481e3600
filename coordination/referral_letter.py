"""The referral on paper: the letter that the patient can carry, or that is filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from coordination.models import Referral, ReferralReport
from core import clock
from core.formats import french
from core.formats.paper import new_paper

if TYPE_CHECKING:
    from core.formats.pdf import Paper


def letter_of(referral: Referral) -> bytes:
    centre = referral.requester.centre
    title = _("Adressage : %(name)s") % {"name": referral.patient.display_name}
    paper = new_paper(title, f"{centre.name} · {centre.one_line_address}")
    paper.add_page()
    paper.line_of(referral.requester.display_name, 12, bold=True)
    paper.line_of(f"{referral.requester.profession_name}, {centre.name}", 9.5, soft=True)
    paper.ln(6)
    sent = referral.sent_at or referral.created_at
    paper.line_of(french.full_day_with_year(sent).capitalize(), 9.5)
    paper.line_of(_("À : %(who)s") % {"who": referral.addressee}, 10.5, bold=True)
    paper.ln(6)
    _patient(paper, referral)
    paper.line_of(referral.subject, 14, bold=True)
    paper.ln(2)
    for label, words in _facts(referral):
        paper.line_of(f"{label} : {words}".replace(" :", f"{french.NBSP}:"), 10)
    if referral.context:
        paper.ln(4)
        paper.line_of(referral.context, 10.5)
    report = ReferralReport.objects.filter(referral=referral).select_related("author").first()
    if report is not None:
        _report(paper, report)
    paper.ln(8)
    paper.line_of(_("Imprimé le %(day)s.") % {"day": french.full_day_with_year(clock.now())}, 8.5, soft=True)
    return paper.content()


def _patient(paper: Paper, referral: Referral) -> None:
    patient = referral.patient
    paper.line_of(
        _("%(name)s, né(e) le %(day)s")
        % {"name": patient.display_name, "day": f"{patient.birth_date:%d/%m/%Y}"},
        10.5,
    )
    paper.ln(4)


def _facts(referral: Referral) -> list[tuple[str, str]]:
    facts = [
        (_("Urgence"), str(referral.get_urgency_display())),
        (_("Retour attendu"), str(referral.get_expected_display())),
    ]
    if referral.sessions:
        facts.insert(0, (_("Séances demandées"), str(referral.sessions)))
    return facts


def _report(paper: Paper, report: ReferralReport) -> None:
    paper.ln(6)
    day = french.full_day_with_year(report.written_at)
    paper.line_of(
        _("Bilan de %(who)s, %(day)s") % {"who": report.author.display_name, "day": day}, 12, bold=True
    )
    paper.line_of(report.done, 10.5)
    rows = [
        [one.name, one.unit, _number(one.before), _number(one.after)]
        for one in report.measures.order_by("pk")
    ]
    if rows:
        paper.ln(2)
        paper.grid([_("Mesure"), _("Unité"), _("Avant"), _("Après")], [70, 30, 30, 30], rows)
    paper.ln(2)
    paper.line_of(str(report.get_proposal_display()).capitalize() + ".", 10.5, bold=True)
    if report.advice:
        paper.line_of(report.advice, 10.5)


def _number(value: object) -> str:
    return "–" if value is None else f"{value:f}".rstrip("0").rstrip(".").replace(".", ",")
