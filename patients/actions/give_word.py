"""A patient says yes, no, or that he was told; and takes it back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from patients.models import Consent, Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner


def give_word(
    patient: Patient,
    practitioner: Practitioner | None,
    decision: Decision,
    *,
    actor: User,
    means: Means,
    scope: str = "",
    given_on: date | None = None,
) -> Consent:
    """`practitioner` None: the whole house, for an opposition only. Saying it twice says it once."""
    with transaction.atomic():
        lock("patient", patient.pk)
        same = Consent.objects.in_force().filter(
            patient=patient, practitioner=practitioner, decision=decision
        )
        if (found := same.first()) is not None:
            return found
        consent = Consent.objects.create(
            patient=patient,
            practitioner=practitioner,
            decision=decision,
            means=means,
            scope=scope,
            given_on=given_on or clock.today(),
            recorded_by=actor,
        )
        record(
            actor,
            f"consent.{decision}",
            consent,
            patient_id=patient.pk,
            practitioner=practitioner.pk if practitioner else None,
            means=str(means),
        )
    return consent


def withdraw_word(consent: Consent, *, actor: User) -> Consent:
    """From now on. The row stays: what held until today remains explained."""
    with transaction.atomic():
        consent = Consent.objects.select_for_update(of=("self",), no_key=True).get(pk=consent.pk)
        if consent.withdrawn_at is None:
            consent.withdrawn_at = clock.now()
            consent.withdrawn_by = actor
            consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
            record(
                actor, "consent.withdrawn", consent, patient_id=consent.patient_id, decision=consent.decision
            )
    return consent
