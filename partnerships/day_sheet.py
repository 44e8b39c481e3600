"""The sheet that lies on the table of the visiting professional: who comes when, sent by whom, and a box to tick.

Administrative only: what a letter says of somebody's health is read by the professional himself, on his screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from appointments.models import Status
from core.formats import french
from core.formats.paper import new_paper
from partnerships.attendance import Expected
from partnerships.models import ConsultationRequest, ConsultationSession, RequestOrigin

if TYPE_CHECKING:
    from core.formats.pdf import Paper

WIDTHS = [17, 58, 26, 61, 24]


def day_sheets(
    sessions: Sequence[ConsultationSession],
    lines: Mapping[int, list[Expected]],
    *,
    printed_at: datetime,
    by: str,
) -> bytes:
    """One session a page, always in French: it is the house's paper. `lines`: who is expected in each."""
    with translation.override("fr"):
        foot = _("Confidentiel · imprimée le %(day)s à %(hour)s par %(by)s") % {
            "day": french.full_day(printed_at),
            "hour": french.hour(printed_at),
            "by": by,
        }
        paper = new_paper(_("Feuille de séance"), foot)
        for session in sessions:
            _write(paper, session, lines[session.pk])
        return paper.content()


def _write(paper: Paper, session: ConsultationSession, lines: list[Expected]) -> None:
    paper.add_page()
    paper.line_of(session.practitioner.display_name, 15, bold=True)
    paper.line_of(f"{session.programme.name} · {session.programme.partner.name}", 10.5)
    facts = [
        french.full_day_with_year(session.start_at).capitalize(),
        _("de %(start)s à %(end)s")
        % {"start": french.hour(session.start_at), "end": french.hour(session.end_at)},
        session.room.name if session.room else _("salle à préciser"),
    ]
    paper.line_of(" · ".join(facts), 10, soft=True)
    paper.ln(3)
    if not lines:
        paper.line_of(_("Personne n’est inscrit à cette séance."), 10)
        return
    headings = [_("Heure"), _("Patient"), _("Pour"), _("Adressé par"), _("Présence")]
    paper.grid(headings, WIDTHS, [_row(line) for line in lines], bold=1)
    paper.ln(2)
    places = {"taken": len(lines), "seats": session.seats}
    paper.line_of(_("Places prises : %(taken)s sur %(seats)s") % places, 9, soft=True)


def _row(line: Expected) -> list[str]:
    return [
        french.hour(line.visit.start_at),
        "\n".join(_identity(line)),
        line.kind,
        "\n".join(_asked(line.request)) if line.request else _("rendez-vous pris sans demande"),
        _presence(line),
    ]


def _identity(line: Expected) -> list[str]:
    """Under a pseudonym there is neither date of birth nor number to show."""
    patient = line.visit.patient
    assert patient is not None
    said = [patient.display_name]
    if not patient.is_under_pseudonym:
        said.append(_("date de naissance : %(day)s") % {"day": f"{patient.birth_date:%d/%m/%Y}"})
        said += [french.telephone(patient.phone)] if patient.phone else []
    return said


def _asked(request: ConsultationRequest) -> list[str]:
    """Who asked, when, how fast: nothing of why."""
    if request.requester is not None:
        said = [request.requester.display_name, request.requester.profession_name]
    elif request.origin == RequestOrigin.SELF:
        said = [_("la personne elle-même")]
    else:
        profession = request.requester_profession.name if request.requester_profession else ""
        said = [part for part in (_("de l’extérieur"), profession) if part]
    if request.received_at is not None:
        said.append(_("reçue le %(day)s") % {"day": french.full_day_with_year(request.received_at)})
    said.append(str(request.get_urgency_display()))
    return said


def _presence(line: Expected) -> str:
    if line.visit.status == Status.BOOKED:
        return "☐"
    if line.visit.excused_at is not None:
        return _("excusé")
    return str(line.visit.get_status_display())
