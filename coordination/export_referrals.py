"""Referrals in what a person takes away: who asked whom for what, the letter, its story, the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models import Referral
from patients.export import Part, add_part


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Drafts are not there: nobody was asked yet."""
    rows = Referral.objects.with_people().filter(patient__in=keys).exclude(sent_at=None)
    rows = rows.select_related("report__author").prefetch_related("events", "report__measures")
    for row in rows.order_by("sent_at", "pk"):
        report = getattr(row, "report", None)
        yield {
            "for": row.patient.display_name,
            "from": row.requester.display_name,
            "to": row.addressee,
            "subject": row.subject,
            "context": row.context,
            "sessions": row.sessions,
            "urgency": str(row.get_urgency_display()),
            "state": str(row.get_state_display()),
            "sent_at": row.sent_at,
            "story": [f"{one.at:%Y-%m-%d %H:%M} {one.verb} {one.note}".strip() for one in row.events.all()],
            "report": report.done if report else "",
            "measures": [f"{one.name} {one.before} → {one.after} {one.unit}" for one in report.measures.all()]
            if report
            else [],
            "advice": report.advice if report else "",
        }


add_part(
    Part(
        name="referrals",
        label=_("Adressages"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "from": _("De"),
            "to": _("À"),
            "subject": _("Objet"),
            "context": _("Contexte"),
            "sessions": _("Séances demandées"),
            "urgency": _("Urgence"),
            "state": _("État"),
            "sent_at": _("Envoyé le"),
            "story": _("Étapes"),
            "report": _("Bilan"),
            "measures": _("Mesures"),
            "advice": _("Conseils"),
        },
    )
)
