"""Requests to partners in what a person takes away: to whom, the letter, its story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from partnerships.models import ConsultationRequest
from partnerships.request_letter import PARTS, lines_of
from patients.export import Part, add_part


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Drafts are not there: nobody was asked yet."""
    rows = ConsultationRequest.objects.sent().with_people().filter(patient__in=keys)
    rows = rows.select_related("template").prefetch_related("events", *PARTS)
    for row in rows.order_by("received_at", "pk"):
        yield {
            "for": row.patient.display_name if row.patient is not None else "",
            "from": row.requester.display_name
            if row.requester is not None
            else str(row.get_origin_display()),
            "to": f"{row.programme.name}, {row.programme.partner.name}",
            "question": row.question,
            "facts": row.facts,
            "answers": [f"{line.section.label} {line.words}".strip() for line in lines_of(row) if line.words],
            "files": [one.name for one in row.files.all()],
            "urgency": str(row.get_urgency_display()),
            "consent_on": row.consent_on,
            "state": str(row.get_state_display()),
            "received_at": row.received_at,
            "story": [f"{one.at:%Y-%m-%d %H:%M} {one.verb} {one.note}".strip() for one in row.events.all()],
        }


add_part(
    Part(
        name="consultation_requests",
        label=_("Demandes aux partenaires"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "from": _("De"),
            "to": _("À"),
            "question": _("Ce qui est demandé"),
            "facts": _("À savoir"),
            "answers": _("Réponses"),
            "files": _("Pièces jointes"),
            "urgency": _("Urgence"),
            "consent_on": _("Accord donné le"),
            "state": _("État"),
            "received_at": _("Reçue le"),
            "story": _("Étapes"),
        },
    )
)
