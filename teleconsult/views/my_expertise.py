"""The patient's own copies of opinions that were shown to him."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, reads_health
from teleconsult import expertise_access as access
from teleconsult.views.expertise_request import pdf_of


@reads_health
@require_safe
def my_expertise_answers(request: SignedInRequest) -> HttpResponse:
    answers = access.answers_of_space(request.user)
    return render(request, "teleconsult/my_expertise_answers.html", {"answers": answers})


@reads_health
@require_safe
def my_expertise_answer_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    return pdf_of(access.get_answer_of_space(request.user, pk))
