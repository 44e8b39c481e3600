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


def carry_over(kind: str, old: int, new: int) -> None:
    """An entry goes on as another one (a newer version, the same letter sent on): what was closed stays closed."""
    EntryOpposition.objects.bulk_create(
        EntryOpposition(
            patient_id=row.patient_id,
            kind=kind,
            entry=new,
            practitioner_id=row.practitioner_id,
            author_id=row.author_id,
            opposed_at=row.opposed_at,
            opposed_by_id=row.opposed_by_id,
        )
        for row in EntryOpposition.objects.in_force().filter(kind=kind, entry=old)
    )


def reopen_entry(opposition: EntryOpposition, *, actor: User) -> EntryOpposition:
    """The row stays: what was closed until today remains explained."""
    with transaction.atomic():
        row = EntryOpposition.objects.select_for_update(of=("self",), no_key=True).get(pk=opposition.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = clock.now(), actor
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])
            record(actor, "entry.reopened", row, patient_id=row.patient_id, kind=row.kind)
    return row
