"""Photographs beside the timeline, and the button that takes some."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.access import Reader
from coordination.panels import Door, Panel, add_door, add_panel, cares
from patients.models import Patient
from teleconsult.photo_access import photos_for_care

SHOWN = 6


def _context(patient: Patient, reader: Reader) -> dict[str, Any]:
    rows = photos_for_care(patient, reader).shown().in_order()
    photos = list(rows[: SHOWN + 1])
    return {"photos": photos[:SHOWN], "has_more": len(photos) > SHOWN}


add_panel(
    Panel(
        "photos",
        _("Photos"),
        "teleconsult/photos_panel.html",
        _context,
        opens_to=cares,
        order=45,
        sign="camera",
    )
)
add_door(Door("add_clinical_photos", _("Prendre des photos"), "camera", opens_to=cares, order=45))
