"""The letter of a programme: a red flag, a text, a file."""

from __future__ import annotations

from partnerships.actions.write_letter_template import Question, write_letter_template
from partnerships.models import AdvancedConsultation, LetterTemplate, SectionKind

QUESTIONS = [
    Question(SectionKind.TEXT, "Histoire des troubles"),
    Question(SectionKind.FLAG, "Risque suicidaire"),
    Question(SectionKind.FILE, "Dernier bilan", is_required=False),
]


def letter_template(programme: AdvancedConsultation) -> LetterTemplate:
    return write_letter_template(programme, QUESTIONS, actor=programme.triage_by)
