"""Opinions given at a distance, in what a person takes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from patients.export import Part, add_part
from teleconsult.models import ExpertiseAnswer, ExpertiseRequest


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Corrected ones too: what somebody decided by stood in them."""
    rows = ExpertiseAnswer.objects.filter(request__patient__in=keys).select_related(
        "author", "request__patient", "request__requester"
    )
    for answer in rows.order_by("written_at", "pk"):
        yield {
            "for": answer.request.patient.display_name,
            "asked_by": answer.request.requester.display_name,
            "from": answer.author.display_name,
            "dated_on": answer.written_at,
            "question": answer.request.question,
            "conclusion": answer.conclusion,
            "action": str(answer),
            "details": answer.details,
            "why": answer.why,
        }


def _asked(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = ExpertiseRequest.objects.sent().with_people().filter(patient__in=keys)
    for request in rows.order_by("sent_at", "pk"):
        yield {
            "for": request.patient.display_name,
            "asked_by": request.requester.display_name,
            "to": request.addressee,
            "sent_at": request.sent_at,
            "consent_on": request.consent_on,
            "state": str(request.get_state_display()),
        }


add_part(
    Part(
        name="expertise_requests",
        label=_("Avis demandés à distance"),
        rows=_asked,
        words={
            "for": _("Pour"),
            "asked_by": _("Demandé par"),
            "to": _("À"),
            "sent_at": _("Envoyé le"),
            "consent_on": _("Accord donné le"),
            "state": _("État"),
        },
    )
)
add_part(
    Part(
        name="expertise_answers",
        label=_("Avis à distance"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "asked_by": _("Demandé par"),
            "from": _("De"),
            "dated_on": _("Date"),
            "question": _("Question"),
            "conclusion": _("Conclusion"),
            "action": _("Conduite à tenir"),
            "details": _("En pratique"),
            "why": _("Raison de la correction"),
        },
    )
)
