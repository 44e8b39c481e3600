"""The questions of a speciality and what was answered. Reads."""

from __future__ import annotations

from dataclasses import dataclass

from teleconsult.models import ContextQuestion, ExpertiseRequest


@dataclass(frozen=True)
class Line:
    question: ContextQuestion
    text: str


def questions_for(request: ExpertiseRequest) -> list[ContextQuestion]:
    """Those that are asked today."""
    return list(ContextQuestion.objects.in_force().filter(speciality=request.speciality))


def lines_of(request: ExpertiseRequest) -> list[Line]:
    """What was answered, in the words that were asked."""
    rows = request.context.select_related("question").order_by("question__position", "question_id")
    return [Line(one.question, one.text) for one in rows]


def missing_of(request: ExpertiseRequest) -> list[str]:
    answered = set(request.context.values_list("question", flat=True))
    return [one.label for one in questions_for(request) if one.is_required and one.pk not in answered]
