"""The letter of a request as it is read: each question with its answer, what is missing, and the whole on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core import clock
from core.formats import french
from core.formats.paper import new_paper
from core.uploads.models import UploadState
from partnerships.models import (
    ConsultationRequest,
    LetterAnswer,
    LetterSection,
    LetterTemplate,
    RequestFile,
    SectionKind,
)

if TYPE_CHECKING:
    from core.formats.pdf import Paper


@dataclass(frozen=True)
class Line:
    """One question of the programme, and what this letter says under it."""

    section: LetterSection
    answer: LetterAnswer | None = None
    files: list[RequestFile] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        if self.section.kind == SectionKind.FILE:
            return bool(self.files)
        if self.answer is None:
            return False
        if self.section.kind == SectionKind.FLAG:
            return self.answer.is_yes is not None
        return bool(self.answer.text)

    @property
    def is_missing(self) -> bool:
        return self.section.is_required and not self.is_answered

    @property
    def is_red(self) -> bool:
        is_flag = self.section.kind == SectionKind.FLAG
        return is_flag and self.answer is not None and self.answer.is_yes is True

    @property
    def words(self) -> str:
        if self.answer is None:
            return ""
        if self.section.kind == SectionKind.FLAG and self.answer.is_yes is not None:
            return _("oui") if self.answer.is_yes else _("non")
        return self.answer.text


def current_template(programme_id: int) -> LetterTemplate | None:
    """The newest version; None where the coordinator has written none: then the common questions are the letter."""
    rows = LetterTemplate.objects.filter(programme=programme_id).order_by("-version")
    return rows.prefetch_related("sections").first()


# What `lines_of` reads, for a list of requests in a fixed number of queries.
PARTS = ("template__sections", "answers", "files__upload", "files__document__upload")


def lines_of(request: ConsultationRequest) -> list[Line]:
    """In the order of its version; the red flags first. Without a query where `PARTS` are prefetched."""
    if request.template is None:
        return []
    answers = {one.section_id: one for one in request.answers.all()}
    files: dict[int | None, list[RequestFile]] = defaultdict(list)
    for one in request.files.all():
        files[one.section_id].append(one)
    lines = [
        Line(section, answers.get(section.pk), files[section.pk])
        for section in request.template.sections.all()
    ]
    return sorted(lines, key=lambda line: line.section.kind != SectionKind.FLAG)


def other_files(request: ConsultationRequest) -> list[RequestFile]:
    return [one for one in request.files.all() if one.section_id is None]


def missing(lines: Iterable[Line]) -> list[str]:
    return [line.section.label for line in lines if line.is_missing]


def red_flags(lines: Iterable[Line]) -> list[str]:
    return [line.section.label for line in lines if line.is_red]


def readable_upload(file: RequestFile) -> bool:
    upload = file.upload or (file.document.upload if file.document else None)
    return upload is not None and upload.state == UploadState.READY


def letter_pdf(request: ConsultationRequest, sender: str, whom: str) -> bytes:
    """For the partner's paper file, or for the patient to carry. `sender` and `whom` in words."""
    centre = request.programme.place.centre
    paper = new_paper(_("Demande : %(name)s") % {"name": whom}, f"{centre.name} · {centre.one_line_address}")
    paper.add_page()
    paper.line_of(sender, 12, bold=True)
    paper.ln(4)
    sent = request.received_at or request.created_at
    paper.line_of(french.full_day_with_year(sent).capitalize(), 9.5)
    to = {"programme": request.programme.name, "partner": request.programme.partner.name}
    paper.line_of(_("À : %(programme)s, %(partner)s") % to, 10.5, bold=True)
    paper.ln(4)
    paper.line_of(whom, 11, bold=True)
    paper.line_of(_said(_("Urgence"), str(request.get_urgency_display())), 10)
    if request.consent_on is not None:
        given = {"how": request.get_consent_means_display(), "day": f"{request.consent_on:%d/%m/%Y}"}
        paper.line_of(_("Accord de la personne : %(how)s, le %(day)s") % given, 10)
    lines = lines_of(request)
    for label in red_flags(lines):
        paper.line_of(_said(_("Signe d’alerte"), label), 10.5, bold=True)
    _part(paper, _("Ce qui est demandé"), request.question)
    _part(paper, _("À savoir"), request.facts)
    for line in lines:
        if line.section.kind != SectionKind.FILE:
            _part(paper, line.section.label, line.words or _("sans réponse"))
    names = [one.name for one in request.files.all()]
    _part(paper, _("Pièces jointes"), "\n".join(names))
    paper.ln(6)
    paper.line_of(_("Imprimé le %(day)s.") % {"day": french.full_day_with_year(clock.now())}, 8.5, soft=True)
    return paper.content()


def _said(label: str, words: str) -> str:
    return f"{label}{french.NBSP}: {words}"


def _part(paper: Paper, label: str, words: str) -> None:
    if not words:
        return
    paper.ln(3)
    paper.line_of(label, 10.5, bold=True)
    paper.line_of(words, 10.5)
