"""Allergies, alerts and closed entries, in what a person takes away of his data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models import Alert, Allergy, EntryOpposition
from patients.export import Part, add_part


def _allergies(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = Allergy.objects.filter(patient__in=keys).select_related("noted_by", "patient")
    for row in rows.order_by("noted_at", "pk"):
        yield {
            "for": row.patient.display_name,
            "substance": row.substance or str(row),
            "criticality": row.get_criticality_display(),
            "reaction": row.reaction,
            "verification": row.get_verification_display(),
            "noted_at": row.noted_at,
            "noted_by": str(row.noted_by),
            "withdrawn_at": row.withdrawn_at,
            "withdrawn_why": row.withdrawn_why,
        }


def _alerts(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = Alert.objects.filter(patient__in=keys).select_related("noted_by", "patient")
    for row in rows.order_by("noted_at", "pk"):
        yield {
            "for": row.patient.display_name,
            "text": row.text,
            "kind": row.get_kind_display(),
            "until": row.until,
            "noted_at": row.noted_at,
            "noted_by": str(row.noted_by),
            "withdrawn_at": row.withdrawn_at,
            "withdrawn_why": row.withdrawn_why,
        }


def _closed(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = EntryOpposition.objects.filter(patient__in=keys).select_related("practitioner", "patient")
    for row in rows.order_by("opposed_at", "pk"):
        yield {
            "for": row.patient.display_name,
            "kind": row.kind,
            "entry": row.entry,
            "closed_to": row.practitioner.display_name if row.practitioner else "",
            "closed_at": row.opposed_at,
            "reopened_at": row.withdrawn_at,
        }


NOTED = {
    "for": _("Pour"),
    "noted_at": _("Noté le"),
    "noted_by": _("Noté par"),
    "withdrawn_at": _("Retiré le"),
    "withdrawn_why": _("Pourquoi"),
}
add_part(
    Part(
        "allergies",
        _("Allergies"),
        _allergies,
        {
            "substance": _("Substance"),
            "criticality": _("Gravité"),
            "reaction": _("Réaction"),
            "verification": _("Vérification"),
            **NOTED,
        },
    )
)
add_part(
    Part(
        "alerts",
        _("Alertes"),
        _alerts,
        {"text": _("Alerte"), "kind": _("Nature"), "until": _("Jusqu’au"), **NOTED},
    )
)
add_part(
    Part(
        "closed_entries",
        _("Lignes fermées de mon dossier"),
        _closed,
        {
            "for": _("Pour"),
            "closed_to": _("Fermée à"),
            "closed_at": _("Fermée le"),
            "reopened_at": _("Rouverte le"),
        },
    )
)
