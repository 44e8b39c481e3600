"""What the requests learn from the rooms below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from partnerships.actions.forget_requests import forget_requests
from patients.models import Patient
from patients.signals import person_forgotten


@receiver(person_forgotten, dispatch_uid="partnerships.forget_requests")
def on_person_forgotten(sender: Any, patient: Patient, keep_care: bool, **_: Any) -> None:
    forget_requests(patient, keep_care=keep_care)
