"""Visits by video in what a person takes away: when, with whom, how long, and what was agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from patients.export import Part, add_part
from teleconsult.models import VideoVisit


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = VideoVisit.objects.with_details().filter(appointment__patient__in=keys)
    for row in rows.prefetch_related("participants").order_by("appointment__start_at", "pk"):
        patient = row.appointment.patient
        people = list(row.participants.all())
        yield {
            "for": patient.display_name if patient is not None else "",
            "planned_for": row.appointment.start_at,
            "with": row.appointment.practitioner.display_name,
            "state": str(row.get_state_display()),
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "people": [one.name for one in people],
            "agreed": [
                f"{one.name}, {one.consented_at:%Y-%m-%d %H:%M}, {one.consent_version}"
                for one in people
                if one.consented_at
            ],
        }


add_part(
    Part(
        name="video_visits",
        label=_("Téléconsultations"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "planned_for": _("Prévue le"),
            "with": _("Avec"),
            "state": _("État"),
            "started_at": _("Commencée à"),
            "ended_at": _("Terminée à"),
            "people": _("Personnes attendues"),
            "agreed": _("Accords donnés"),
        },
    )
)
