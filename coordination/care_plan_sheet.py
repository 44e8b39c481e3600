"""The care plan on one page, in plain words, for the patient to take home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from coordination.care_plans import ShownPlan
from core.formats import french
from core.formats.paper import new_paper
from practitioners.house import the_house

if TYPE_CHECKING:
    from core.formats.pdf import Paper


def care_plan_sheet(shown: ShownPlan) -> bytes:
    """Names and dates as the patient reads them; what is over or given up stays off the page."""
    version, patient = shown.version, shown.plan.patient
    title = _("Mon plan de soins")
    foot = _("%(title)s · %(name)s · version du %(day)s") % {
        "title": title,
        "name": patient.display_name,
        "day": french.full_day_with_year(version.written_at),
    }
    paper = new_paper(f"{title} · {patient.display_name}", foot)
    paper.add_page()
    paper.line_of(title, 18, bold=True)
    paper.line_of(
        _("%(name)s, né(e) le %(day)s")
        % {"name": patient.display_name, "day": f"{patient.birth_date:%d/%m/%Y}"},
        11,
        soft=True,
    )
    _heading(paper, _("Ce que nous visons ensemble"))
    paper.line_of(version.aim, 13, bold=True)
    _heading(paper, _("Ce qui me gêne"))
    for text in shown.problems:
        paper.line_of(f"•  {text}", 11)
    _goals(paper, shown)
    _activities(paper, shown)
    _heading(paper, _("Et après ?"))
    _after(paper, shown)
    return paper.content()


def _heading(paper: Paper, text: str) -> None:
    paper.ln(4)
    paper.line_of(text, 12, bold=True)
    paper.ln(1)


def _goals(paper: Paper, shown: ShownPlan) -> None:
    lines = [line for line in shown.goals if line.goal.state != "not-attainable"]
    if not lines:
        return
    _heading(paper, _("Mes objectifs"))
    rows = [
        [
            line.goal.text,
            line.target,
            line.now,
            french.short_day(line.goal.due_on) if line.goal.due_on else "",
        ]
        for line in lines
    ]
    headings = [_("Objectif"), _("Cible"), _("Aujourd’hui"), _("D’ici le")]
    paper.grid(headings, [82, 46, 30, 28], rows)


def _activities(paper: Paper, shown: ShownPlan) -> None:
    lines = [line for line in shown.activities if line.activity.state != "stopped"]
    if not lines:
        return
    _heading(paper, _("Qui fait quoi"))
    rows = [
        [
            line.activity.text,
            _("moi") if line.activity.actor == "patient" else line.who,
            french.short_day(line.activity.until) if line.activity.until else "",
            line.activity.get_state_display(),
        ]
        for line in lines
    ]
    paper.grid([_("Action"), _("Qui"), _("Jusqu’au"), _("Où on en est")], [78, 58, 26, 24], rows)


def _after(paper: Paper, shown: ShownPlan) -> None:
    version = shown.version
    words = {
        "day": french.full_day_with_year(version.review_on),
        "who": f"{version.reviewer.display_name}, {version.reviewer.profession}",
    }
    paper.line_of(_("Nous relisons ce plan le %(day)s, avec %(who)s.") % words, 11)
    if version.agreed_on:
        agreed = french.full_day_with_year(version.agreed_on)
        paper.line_of(_("J’ai donné mon accord le %(day)s.") % {"day": agreed}, 11)
    paper.ln(2)
    paper.line_of(
        _("Une question, un changement, un effet qui vous gêne : parlez-en à l’un de vos soignants."), 11
    )
    centre = the_house().centre
    if centre is not None:
        paper.line_of(centre.name, 10, soft=True)
