from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import User
from appointments.models import NoShowWaiver
from core import clock
from core.audit.record import record
from patients.models import Patient


@transaction.atomic
def waive_no_shows(patient: Patient, *, until: date, reason: str, actor: User) -> NoShowWaiver:
    """This person books online again, until and including that day."""
    waiver = NoShowWaiver.objects.create(
        patient=patient, since=clock.today(), until=until, reason=reason, granted_by=actor
    )
    record(actor, "no_show.waived", waiver, patient_id=patient.pk, reason=reason, until=until.isoformat())
    return waiver
