"""Pathways in what a person takes away: each with its steps, as he may read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models import CarePathway
from coordination.pathway_board import plans_of
from patients.export import Part, add_part


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    for plan in plans_of(CarePathway.objects.filter(patient__in=keys).order_by("started_on", "pk")):
        pathway = plan.pathway
        for standing in plan.standings:
            yield {
                "for": pathway.patient.display_name,
                "pathway": pathway.version.name,
                "started_on": pathway.started_on,
                "led_by": pathway.lead.display_name,
                "ended_at": pathway.ended_at,
                "end_reason": pathway.end_words,
                "step": standing.step.source.words,
                "step_with": standing.step.owner.display_name,
                "step_state": str(standing.state.label),
                "step_on": standing.begins_on,
                "answer": standing.step.answer,
                "note": standing.step.note,
            }


add_part(
    Part(
        name="pathways",
        label=_("Parcours"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "pathway": _("Parcours"),
            "started_on": _("Commencé le"),
            "led_by": _("Suivi par"),
            "ended_at": _("Terminé le"),
            "end_reason": _("Raison de la fin"),
            "step": _("Étape"),
            "step_with": _("Avec"),
            "step_state": _("État"),
            "step_on": _("Date, faite ou prévue"),
            "answer": _("Réponse"),
            "note": _("Note"),
        },
    )
)
