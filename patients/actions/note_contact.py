"""The person has come or booked: retention counts from here."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal
from patients.models import Patient


class RecordGone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette fiche vient d’être fusionnée ou effacée. Cherchez la personne de nouveau, puis réservez."
            )
        )


def note_contact(patient: Patient, at: datetime) -> None:
    """Inside the transaction of a booking that holds the patient's lock: whoever merged the record is seen here."""
    if not Patient.objects.standing().filter(pk=patient.pk).update(last_contact_at=at):
        raise RecordGone
