"""Somebody else sorts from now on: what is open goes into his hands."""

from __future__ import annotations

from accounts.models import User
from core.audit.record import record
from core.db import lock
from partnerships.actions.request_care import open_to_carers
from partnerships.actions.request_step import locked
from partnerships.models import AdvancedConsultation, ConsultationRequest
from partnerships.request_states import owner_of


def hand_over_requests(programme: AdvancedConsultation, *, actor: User) -> list[int]:
    """Within the caller's transaction. The clocks go on: who waits does not begin anew."""
    moved = []
    rows = ConsultationRequest.objects.open().filter(programme=programme).order_by("pk")
    for key, patient in rows.values_list("pk", "patient"):
        lock("patient", patient or 0)
        request = locked(ConsultationRequest(pk=key))
        owner = owner_of(request)
        if not request.is_open or request.owner_id == (owner.pk if owner else None):
            continue
        request.owner = owner
        request.save(update_fields=["owner"])
        if request.patient is not None and request.received_at is not None:
            open_to_carers(request, actor=actor)
        record(actor, "request.handed_over", request, patient_id=request.patient_id)
        moved.append(request.pk)
    return moved
