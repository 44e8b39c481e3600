from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.models import VisitReason
from core.audit.record import record


@transaction.atomic
def save_reason(reason: VisitReason, *, actor: AbstractBaseUser | None) -> VisitReason:
    """A new or a changed reason. What is booked already keeps its length and its conditions."""
    is_new = reason.pk is None
    if is_new:
        # Whoever receives by seats does so whatever one comes for.
        reason.is_seated = reason.practitioner.reasons.filter(is_seated=True).exists()
    reason.save()
    record(
        actor,
        "reason.add" if is_new else "reason.change",
        reason,
        duration=reason.duration_minutes,
        bookable_by=reason.bookable_by,
        is_active=reason.is_active,
    )
    return reason
