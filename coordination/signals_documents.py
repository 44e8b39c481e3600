"""What the documents learn from the room below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from coordination.actions.forget_documents import forget_documents
from patients.models import Patient
from patients.signals import person_forgotten


@receiver(person_forgotten, dispatch_uid="coordination.forget_documents")
def on_person_forgotten(sender: Any, patient: Patient, keep_care: bool, **_: Any) -> None:
    forget_documents(patient, keep_care=keep_care)
