"""A patient names a professional of the house as one of those who care for him (CSP L1110-12, 3°)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from practitioners.models import Practitioner


def recognise(patient: Patient, practitioner: Practitioner, *, actor: User) -> CareTeamMember:
    """Naming somebody twice names him once."""
    with transaction.atomic():
        lock("patient", patient.pk)
        row, is_new = CareTeamMember.objects.get_or_create(
            patient=patient, practitioner=practitioner, reason=Reason.RECOGNISED, until=None
        )
        if is_new:
            record(actor, "care_team.recognised", row, patient_id=patient.pk, practitioner=practitioner.pk)
    return row


def end_recognition(patient: Patient, practitioner: Practitioner, *, actor: User) -> None:
    """Over at once: the last day was yesterday. A row that began today never was."""
    today = clock.today()
    with transaction.atomic():
        lock("patient", patient.pk)
        rows = CareTeamMember.objects.in_force().filter(
            patient=patient, practitioner=practitioner, reason=Reason.RECOGNISED
        )
        for row in rows:
            record(actor, "care_team.ended", row, patient_id=patient.pk, practitioner=practitioner.pk)
        rows.filter(since=today).delete()
        rows.update(until=today - timedelta(days=1))
