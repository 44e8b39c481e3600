"""What a programme asks in its letter. A version that a letter follows never changes: the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from core.db import lock
from partnerships.models import AdvancedConsultation, LetterSection, LetterTemplate, SectionKind


@dataclass(frozen=True)
class Question:
    kind: SectionKind
    label: str
    help: str = ""
    is_required: bool = True


def write_letter_template(
    programme: AdvancedConsultation, questions: Sequence[Question], *, actor: User
) -> LetterTemplate:
    """Always a new version; one that says the same is not written twice."""
    with transaction.atomic():
        lock("letter_template", programme.pk)
        last = programme.letter_templates.prefetch_related("sections").first()
        if last is not None and questions_of(last) == list(questions):
            return last
        template = LetterTemplate.objects.create(
            programme=programme, version=last.version + 1 if last else 1, created_by=actor
        )
        LetterSection.objects.bulk_create(
            LetterSection(
                template=template,
                position=position,
                kind=one.kind,
                label=one.label,
                help=one.help,
                is_required=one.is_required,
            )
            for position, one in enumerate(questions, start=1)
        )
        record(actor, "letter_template.written", template, programme=programme.pk, version=template.version)
    return template


def questions_of(template: LetterTemplate) -> list[Question]:
    return [
        Question(SectionKind(one.kind), one.label, one.help, one.is_required)
        for one in template.sections.all()
    ]
