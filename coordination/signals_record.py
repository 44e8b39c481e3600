"""What the shared record answers to the room below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from coordination.timeline import sources
from patients.models import Patient
from patients.signals import record_is_kept


@receiver(record_is_kept, dispatch_uid="coordination.record_is_kept")
def on_record_is_kept(sender: Any, patient: Patient, **_: Any) -> bool:
    """Whatever is clinical in the life of this person is care, whoever wrote it in whatever room."""
    clinical = [source for source in sources(clinical=True) if source.clinical]
    return any(
        source.rows(patient, None).exists() or source.rows_told(patient).exists() for source in clinical
    )
