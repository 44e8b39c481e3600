"""A patient is invited to book sessions that are otherwise reserved; the invitation is taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from appointments.models import SeriesInvitation, VisitReason
from core import clock
from core.audit.record import record
from patients.actions.note_contact import require_living
from patients.models import Patient


@transaction.atomic
def invite(
    patient: Patient,
    reason: VisitReason,
    sessions: int,
    *,
    valid_for: timedelta,
    actor: User | None,
    per_week: int = 2,
    prescriber: str = "",
    prescribed_on: date | None = None,
) -> SeriesInvitation:
    """That the patient is told is the caller's business: he knows on whose behalf."""
    require_living(patient.pk)
    now = clock.now()
    invitation = SeriesInvitation.objects.create(
        patient=patient,
        reason=reason,
        sessions=sessions,
        per_week=per_week,
        prescriber=prescriber,
        prescribed_on=prescribed_on,
        created_at=now,
        created_by=actor,
        expires_at=now + valid_for,
    )
    record(actor, "series.invited", invitation, patient_id=patient.pk, sessions=sessions)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: SeriesInvitation, *, actor: User | None) -> None:
    """The link opens nothing any more; what was booked with it stays. Once, even if asked twice."""
    rows = SeriesInvitation.objects.filter(pk=invitation.pk, revoked_at=None)
    if rows.update(revoked_at=clock.now()):
        record(actor, "series.invitation_revoked", invitation, patient_id=invitation.patient_id)
