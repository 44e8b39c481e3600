"""« Bris de glace »: a doctor opens the record of somebody whom he does not follow, because it cannot wait."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from patients import notifications
from patients.models import EmergencyAccess, Patient
from patients.models.emergency import Verdict
from practitioners.models import Practitioner

LASTS = timedelta(hours=1)


def break_glass(
    patient: Patient, practitioner: Practitioner, *, justification: str, actor: User
) -> EmergencyAccess:
    """For one hour. The patient and the coordinators are told; a second time within the hour changes nothing."""
    now = clock.now()
    with transaction.atomic():
        lock("patient", patient.pk)
        standing = EmergencyAccess.objects.in_force(now).filter(patient=patient, practitioner=practitioner)
        if (found := standing.first()) is not None:
            return found
        access = EmergencyAccess.objects.create(
            patient=patient,
            practitioner=practitioner,
            justification=justification,
            opened_at=now,
            until=now + LASTS,
        )
        record(
            actor,
            "patient.opened_in_emergency",
            patient,
            patient_id=patient.pk,
            reason=justification,
            access=access.pk,
        )
        notifications.opened_in_emergency(access)
    return access


def review_emergency(access: EmergencyAccess, verdict: Verdict, *, note: str, actor: User) -> EmergencyAccess:
    """The coordinator has looked at it. Looking twice keeps the first verdict."""
    with transaction.atomic():
        access = EmergencyAccess.objects.select_for_update(of=("self",), no_key=True).get(pk=access.pk)
        if access.reviewed_at is None:
            access.verdict = verdict
            access.review_note = note
            access.reviewed_at = clock.now()
            access.reviewed_by = actor
            access.save(update_fields=["verdict", "review_note", "reviewed_at", "reviewed_by"])
            record(
                actor,
                "patient.emergency_reviewed",
                access,
                patient_id=access.patient_id,
                verdict=str(verdict),
            )
    return access
