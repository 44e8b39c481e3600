"""What is asked of the partners for this patient, beside his timeline; and the door « Adresser à un partenaire »."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.access import Reader, readable
from coordination.panels import Door, Panel, add_door, add_panel, anybody, cares_in_the_house
from partnerships.models import ConsultationRequest, RequestState
from partnerships.request_access import KIND
from partnerships.request_inbox import inbox, page_rows
from patients.models import Patient

MOST = 10


def requests_for(patient: Patient, reader: Reader) -> dict[str, Any]:
    """Open ones and the latest that have ended; a draft is its author's alone."""
    rows = ConsultationRequest.objects.with_people().filter(patient=patient)
    mine = Q(requester=reader.practitioner) if reader.practitioner is not None else Q(pk=None)
    rows = rows.filter(mine | ~Q(state=RequestState.DRAFT))
    shown = readable(rows, patient, reader, KIND).order_by("-state_since", "-pk")[:MOST]
    return {"lines": inbox(page_rows(shown))}


add_panel(
    Panel(
        "demandes",
        _("Demandes aux partenaires"),
        "partnerships/requests_panel.html",
        requests_for,
        anybody,
        order=32,
        sign="building",
    )
)
add_door(Door("choose_programme", _("Adresser à un partenaire"), "building", cares_in_the_house, order=22))
