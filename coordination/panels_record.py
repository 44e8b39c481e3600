"""The panels of the record's own room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.access import Reader
from coordination.care_circle import circle_of
from coordination.panels import Panel, add_panel, cares
from patients.models import Patient


def _care_team(patient: Patient, reader: Reader) -> dict[str, Any]:
    return {"carers": circle_of(patient)}


add_panel(
    Panel(
        name="equipe",
        label=_("Équipe de soins"),
        template="coordination/care_team_panel.html",
        context=_care_team,
        opens_to=cares,
        order=10,
        sign="people",
    )
)
