"""What the visits by video learn from the rooms below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from patients.models import Patient
from patients.signals import person_forgotten
from teleconsult.actions.forget_video import forget_people


@receiver(person_forgotten, dispatch_uid="teleconsult.forget_people")
def on_person_forgotten(sender: Any, patient: Patient, keep_care: bool, **_: Any) -> None:
    forget_people(patient, keep_care=keep_care)
