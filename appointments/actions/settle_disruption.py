from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.close_offer import settle_offers
from appointments.models import Disruption
from appointments.models.disruption import Outcome
from appointments.models.waiting import RequestState
from core import clock
from core.audit.record import record


@transaction.atomic
def settle_disruption(
    appointment_id: int, outcome: Outcome, *, actor: AbstractBaseUser | None
) -> Disruption | None:
    """Take the appointment off the worklist: kept as it stands, moved or cancelled. None where it was not on it."""
    disruption = (
        Disruption.objects.select_for_update(of=("self",), no_key=True)
        .select_related("appointment")
        .filter(appointment=appointment_id, settled_at=None)
        .first()
    )
    if disruption is None:
        return None
    disruption.settled_at = clock.now()
    disruption.settled_by_id = actor.pk if actor is not None else None
    disruption.outcome = outcome
    disruption.save(update_fields=["settled_at", "settled_by", "outcome"])
    if outcome == Outcome.KEPT:
        settle_offers([appointment_id], RequestState.WITHDRAWN, actor=actor)
    record(
        actor,
        "disruption.settle",
        disruption.appointment,
        patient_id=disruption.appointment.patient_id,
        outcome=str(outcome),
        cause=disruption.cause,
    )
    return disruption
