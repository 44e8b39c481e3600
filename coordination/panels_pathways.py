"""Pathways beside the timeline of a patient's page, and the door to begin one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from appointments import caps
from coordination.access import Reader
from coordination.access_pathways import readable_pathways
from coordination.panels import Door, Panel, add_door, add_panel, anybody, cares
from coordination.pathway_board import plans_of
from patients.models import Patient


def pathways_of(patient: Patient, reader: Reader) -> dict[str, Any]:
    """What runs; the ended ones are a page further."""
    running = readable_pathways(patient, reader).active().order_by("-started_on", "-pk")
    return {
        "plans": plans_of(running),
        "caps": caps.counts_of(patient),
        "at_desk": reader.at_desk,
    }


add_panel(
    Panel(
        "parcours",
        _("Parcours"),
        "coordination/pathways_panel.html",
        pathways_of,
        opens_to=anybody,
        order=40,
        sign="person-walking",
    )
)
add_door(Door("patient_pathways", _("Parcours"), "person-walking", opens_to=cares, order=40))
