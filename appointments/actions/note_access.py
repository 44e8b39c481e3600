"""How one gets into a home, kept for the care team."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import HomeAccess
from core import clock
from core.audit.record import record
from patients.models import Patient


@transaction.atomic
def note_access(patient: Patient, note: str, *, actor: User) -> None:
    """Replace the note; an empty one forgets it. The trail says that it changed, not what it says."""
    note = " ".join(note.replace("\x00", "").split())[:300]
    if note:
        HomeAccess.objects.update_or_create(
            patient=patient, defaults={"note": note, "written_at": clock.now(), "written_by": actor}
        )
    else:
        HomeAccess.objects.filter(patient=patient).delete()
    record(actor, "patient.access_noted", patient, patient_id=patient.pk)
