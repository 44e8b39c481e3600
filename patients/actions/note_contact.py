"""The person has come or booked: retention counts from here."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.prepared import Asked, ask
from core.refusal import Refusal
from patients.models import Patient


class RecordGone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette fiche vient d’être fusionnée ou effacée. Cherchez la personne de nouveau, puis réservez."
            )
        )


class Died(Refusal):
    """Whoever books: no rule of the house that the team may set aside."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Le décès de cette personne est noté : on ne réserve plus rien pour elle. Si c’est une erreur,"
                " annulez d’abord le décès sur sa fiche."
            )
        )


def require_living(patient_pk: int) -> None:
    """For what is asked or offered before anything is booked. Raises `Died`."""
    if Patient.objects.filter(pk=patient_pk, deceased_on__isnull=False).exists():
        raise Died


def note_contact(patient: Patient, at: datetime) -> None:
    """Inside the transaction of a booking that holds the patient's lock: whoever merged the record is seen here.

    So is whoever noted a death meanwhile. Raises `Died` or `RecordGone`.
    """
    require_noted(patient, ask(noting_contact(patient.pk, at)))


def noting_contact(patient_pk: int, at: datetime) -> Asked[bool]:
    """The same, to travel with what else the booking writes; `require_noted` hears the answer."""
    return Asked(_NOTE, [at, patient_pk], bool)


_NOTE = (
    "UPDATE patients_patient SET last_contact_at = %s"
    " WHERE id = %s AND erased_at IS NULL AND merged_into_id IS NULL AND deceased_on IS NULL RETURNING id"
)


def require_noted(patient: Patient, is_noted: bool) -> None:
    if not is_noted:
        require_living(patient.pk)
        raise RecordGone
