"""Meetings on paper: whole for the house, one sheet a patient for his record, and one without names for outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from coordination.models import DecisionSheet, ItemState, MeetingItem, MeetingMember, Presence, TeamMeeting
from coordination.models.meeting import CAME
from core import clock
from core.formats import french
from core.formats.paper import new_paper

if TYPE_CHECKING:
    from core.formats.pdf import Paper

# Fewer patients than this are not told apart from one in a paper that leaves the house.
SMALL = 5


def whole(meeting: TeamMeeting) -> bytes:
    """With names: stays in the house."""
    with translation.override("fr"):
        paper = _begin(meeting, _("Compte rendu de réunion"))
        paper.line_of(_("Document confidentiel : il ne sort pas de la maison de santé."), 9, soft=True)
        _attendance(paper, meeting)
        if meeting.notes.strip():
            _heading(paper, _("Points généraux"))
            paper.line_of(meeting.notes, 10)
        number = 0
        for number, sheet in enumerate(_last_sheets(meeting), start=1):
            _sheet(paper, sheet, str(sheet.item.patient or _("Sujet de l’équipe")), number)
        if not number:
            paper.ln(2)
            paper.line_of(_("Aucun patient n’a été discuté."), 10)
        return paper.content()


def of_patient(sheet: DecisionSheet) -> bytes:
    """For one record: nobody else's name but those of the professionals."""
    with translation.override("fr"):
        meeting = sheet.item.meeting
        assert meeting is not None
        paper = _begin(meeting, _("Fiche de décision"))
        if sheet.item.patient is not None:
            born = french.full_day_with_year(sheet.item.patient.birth_date).split(" ", 1)[1]
            paper.line_of(
                _("%(name)s, date de naissance : %(born)s")
                % {"name": sheet.item.patient.display_name, "born": born},
                11,
                bold=True,
            )
        _attendance(paper, meeting, sheet.item)
        _sheet(paper, sheet, "", None)
        return paper.content()


def anonymous(meeting: TeamMeeting) -> bytes:
    """Numbers only, small ones hidden: the proof that the team met, and nothing about whom."""
    with translation.override("fr"):
        paper = _begin(meeting, _("Attestation de réunion"), with_title=False)
        rows = [[str(label), str(count)] for label, count in sorted(attendance_counts(meeting).items())]
        _heading(paper, _("Participants par profession"))
        paper.grid([_("Profession"), _("Présents")], [140, 46], rows)
        sheets = [sheet for sheet in _last_sheets(meeting) if sheet.item.patient_id]
        patients = len({sheet.item.patient_id for sheet in sheets})
        _heading(paper, _("Ce qui a été fait"))
        lines = [
            [_("Durée prévue"), french.duration(meeting.minutes_long)],
            [_("Patients discutés"), masked(patients)],
            [_("Fiches de décision validées"), masked(len(sheets))],
        ]
        paper.grid([_("Mesure"), _("Nombre")], [140, 46], lines)
        paper.ln(2)
        paper.line_of(_("Les nombres de 1 à 4 ne sont pas détaillés."), 8.5, soft=True)
        return paper.content()


def masked(number: int) -> str:
    return _("moins de %(small)s") % {"small": SMALL} if 0 < number < SMALL else str(number)


def attendance_counts(meeting: TeamMeeting) -> Counter[str]:
    rows = meeting.members.filter(presence__in=CAME).select_related("practitioner__profession")
    return Counter(row.practitioner.profession.name for row in rows)


def _begin(meeting: TeamMeeting, title: str, *, with_title: bool = True) -> Paper:
    when = _("%(day)s, de %(start)s à %(end)s") % {
        "day": french.full_day_with_year(meeting.start_at),
        "start": french.hour(meeting.start_at),
        "end": french.hour(meeting.end_at),
    }
    stamp = _("établi le %(day)s à %(hour)s") % {
        "day": french.full_day_with_year(clock.now()),
        "hour": french.hour(clock.now()),
    }
    paper = new_paper(title, f"{title} · {stamp}")
    paper.add_page()
    paper.line_of(meeting.centre.name, 10, soft=True)
    paper.line_of(title, 17, bold=True)
    if with_title:
        paper.line_of(f"{meeting.title} · {meeting.get_kind_display()}", 10.5)
    else:
        paper.line_of(str(meeting.get_kind_display()).capitalize(), 10.5)
    where = ", ".join(
        part for part in (meeting.place.name, meeting.room.name if meeting.room else "") if part
    )
    paper.line_of(f"{when[0].upper()}{when[1:]} · {where}", 10.5)
    paper.ln(1)
    return paper


def _heading(paper: Paper, text: str) -> None:
    paper.ln(3)
    paper.line_of(text, 12.5, bold=True)
    paper.ln(1)


def _attendance(paper: Paper, meeting: TeamMeeting, item: MeetingItem | None = None) -> None:
    """For one patient, somebody from outside is named only where the patient agreed that he takes part."""
    rows = list(
        meeting.members.select_related("practitioner__profession", "meeting").order_by(
            "practitioner__profession__position", "practitioner__last_name", "pk"
        )
    )
    if item is not None:
        agreed = set(item.consents.in_force().values_list("practitioner_id", flat=True))
        rows = [row for row in rows if not row.is_outside or row.practitioner_id in agreed]
    _heading(paper, _("Participants"))
    paper.grid(
        [_("Nom"), _("Profession"), _("Présence")],
        [76, 70, 40],
        [
            [
                row.practitioner.display_name,
                row.practitioner.profession_name + (_(" (extérieur)") if row.is_outside else ""),
                _presence(row),
            ]
            for row in rows
            if item is None or row.came
        ],
    )
    paper.ln(1)
    paper.line_of(_("Présidence : %(name)s") % {"name": meeting.chair.display_name}, 9.5, soft=True)


def _presence(row: MeetingMember) -> str:
    return str(Presence(row.presence).label) if row.presence else "–"


def _sheet(paper: Paper, sheet: DecisionSheet, name: str, number: int | None) -> None:
    if number is not None:
        _heading(paper, f"{number}. {name}")
    _part(paper, _("Question"), sheet.item.question)
    if sheet.item.documents:
        _part(paper, _("Pièces regardées"), sheet.item.documents)
    _part(paper, _("Échanges"), sheet.summary)
    _part(paper, _("Décision"), sheet.decision)
    lines = [line for line in _lines(sheet) if any(line)]
    if lines:
        paper.ln(1)
        paper.grid([_("Suite"), _("Par"), _("Pour le")], [96, 52, 38], lines)
    if sheet.next_review:
        paper.ln(1)
        paper.line_of(
            _("À revoir le %(day)s.") % {"day": french.full_day_with_year(sheet.next_review)}, 10, bold=True
        )
    if sheet.validated_at:
        said = _("Validée le %(day)s à %(hour)s par %(who)s, version %(version)s.") % {
            "day": french.full_day_with_year(sheet.validated_at),
            "hour": french.hour(sheet.validated_at),
            "who": sheet.validated_by,
            "version": sheet.version,
        }
        paper.ln(1)
        paper.line_of(said, 8.5, soft=True)
        if sheet.why:
            paper.line_of(_("Correction : %(why)s") % {"why": sheet.why}, 8.5, soft=True)
        paper.line_of(_("Empreinte : %(hash)s") % {"hash": sheet.content_hash}, 7, soft=True)


def _part(paper: Paper, title: str, text: str) -> None:
    if text.strip():
        paper.ln(1)
        paper.line_of(title, 9, bold=True, soft=True)
        paper.line_of(text, 10)


def _lines(sheet: DecisionSheet) -> Iterable[list[str]]:
    for one in sheet.actions.select_related("owner"):
        yield [one.title, str(one.owner), french.full_day_with_year(one.due_on).split(" ", 1)[1]]


def _last_sheets(meeting: TeamMeeting) -> list[DecisionSheet]:
    """The version that stands of each, in the order of the agenda."""
    rows = (
        DecisionSheet.objects.validated()
        .filter(item__meeting=meeting, item__state=ItemState.DISCUSSED)
        .select_related("item__patient", "item__meeting", "validated_by")
        .order_by("item__position", "item", "-version")
    )
    found: dict[int, DecisionSheet] = {}
    for sheet in rows:
        found.setdefault(sheet.item_id, sheet)
    return list(found.values())
