"""The desk has compared two records: these are two people."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from patients.models import Patient, SuspectedDuplicate


def dismiss_duplicate(one: Patient, other: Patient, *, actor: User) -> SuspectedDuplicate:
    """The pair leaves the worklist for good."""
    first, second = sorted((one.pk, other.pk))
    with transaction.atomic():
        pair, _created = SuspectedDuplicate.objects.select_for_update(no_key=True).get_or_create(
            one_id=first, other_id=second, defaults={"score": 0}
        )
        if pair.dismissed_at is None:
            pair.dismissed_at, pair.dismissed_by = clock.now(), actor
            pair.save(update_fields=["dismissed_at", "dismissed_by"])
            for key in (first, second):
                record(actor, "patient.not_a_duplicate", pair, patient_id=key, one=first, other=second)
    return pair
