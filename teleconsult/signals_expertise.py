"""What requests for an opinion learn from the rooms below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from patients.models import Patient
from patients.signals import person_forgotten
from teleconsult.actions.forget_expertise import forget_expertise


@receiver(person_forgotten, dispatch_uid="teleconsult.forget_expertise")
def on_person_forgotten(sender: Any, patient: Patient, keep_care: bool, **_: Any) -> None:
    forget_expertise(patient, keep_care=keep_care)
