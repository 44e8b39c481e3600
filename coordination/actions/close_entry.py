"""A patient closes one entry of his record, or opens it again."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from coordination.models import EntryOpposition
from core import clock
from core.audit.record import record
from core.db import lock
from patients.models import Patient
from practitioners.models import Practitioner


def close_entry(
    patient: Patient,
    kind: str,
    entry: int,
    *,
    practitioner: Practitioner | None,
    author: Practitioner | None,
    actor: User,
) -> EntryOpposition:
    """`practitioner` None: to all but its author. Closing twice closes once."""
    with transaction.atomic():
        lock("patient", patient.pk)
        row, is_new = EntryOpposition.objects.get_or_create(
            kind=kind,
            entry=entry,
            practitioner=practitioner,
            withdrawn_at=None,
            defaults={"patient": patient, "author": author, "opposed_by": actor},
        )
        if is_new:
            whom = practitioner.pk if practitioner else None
            record(actor, "entry.closed", row, patient_id=patient.pk, kind=kind, practitioner=whom)
    return row


def reopen_entry(opposition: EntryOpposition, *, actor: User) -> EntryOpposition:
    """The row stays: what was closed until today remains explained."""
    with transaction.atomic():
        row = EntryOpposition.objects.select_for_update(of=("self",), no_key=True).get(pk=opposition.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = clock.now(), actor
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])
            record(actor, "entry.reopened", row, patient_id=row.patient_id, kind=row.kind)
    return row
