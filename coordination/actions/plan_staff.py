"""Planned departures and arrivals."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from coordination.models import StaffChange
from core.audit.record import record


@transaction.atomic
def save_staff_change(change: StaffChange, *, actor: User) -> StaffChange:
    is_new = change.pk is None
    if is_new:
        change.created_by = actor
    change.save()
    record(
        actor,
        "staff_change.added" if is_new else "staff_change.changed",
        change,
        direction=str(change.direction),
        on=change.on.isoformat(),
    )
    return change


@transaction.atomic
def drop_staff_change(change: StaffChange, *, actor: User) -> None:
    """It will not happen after all."""
    record(actor, "staff_change.dropped", change, on=change.on.isoformat())
    change.delete()
