"""What is asked at a distance for this patient, beside his timeline; and the door « Demander un avis »."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access import Reader, readable
from coordination.panels import Door, Panel, add_door, add_panel, anybody, cares
from patients.models import Patient
from teleconsult.expertise_access import KIND
from teleconsult.expertise_inbox import lines_of
from teleconsult.expertise_people import may_ask
from teleconsult.models import ExpertiseRequest, ExpertiseState

MOST = 10


def requests_for(patient: Patient, reader: Reader) -> dict[str, Any]:
    """Open ones and the latest that have ended; a draft is its author's alone."""
    rows = ExpertiseRequest.objects.with_people().filter(patient=patient)
    mine = Q(requester=reader.practitioner) if reader.practitioner is not None else Q(pk=None)
    rows = rows.filter(mine | ~Q(state=ExpertiseState.DRAFT))
    return {"lines": lines_of(readable(rows, patient, reader, KIND).order_by("-state_since", "-pk")[:MOST])}


def _asks(reader: Reader) -> bool:
    return cares(reader) and reader.practitioner is not None and may_ask(reader.practitioner)


add_panel(
    Panel(
        "avis",
        _("Avis à distance"),
        "teleconsult/expertise_panel.html",
        requests_for,
        anybody,
        order=34,
        sign="chat-dots",
    )
)
add_door(Door("new_expertise_request", _("Demander un avis"), "chat-dots", _asks, order=24))
