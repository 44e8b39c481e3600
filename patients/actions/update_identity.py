"""What is known of a person changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from patients import notifications
from patients.identity import STRICT_TRAITS, identity_fields
from patients.models import Patient


def update_identity(patient: Patient, changes: Mapping[str, Any], *, actor: User) -> Patient:
    """`changes`: cleaned data of `IdentityForm` or `ContactForm`.

    A changed strict trait drops what the identity was trusted for: status back to provisional, INS number gone, as the
    national rules of identity want. The trail names the fields, never their content. A number that was changed online
    hears of it: whoever came in by the mailbox could else put his own in its place.
    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        number = patient.phone
        changed = [
            name for name, value in identity_fields(changes).items() if getattr(patient, name) != value
        ]
        if not changed:
            return patient
        for name in changed:
            setattr(patient, name, changes[name])
        update = list(changed)
        if any(name in STRICT_TRAITS for name in changed):
            patient.ins_retrieved = False
            patient.identity_checked = False
            patient.ins_number = ""
            update += ["ins_retrieved", "identity_checked", "ins_number"]
        if "email" in changed:
            patient.email_bounced_at = None
            update.append("email_bounced_at")
        if "phone" in changed:
            patient.phone_failed_at = None
            update.append("phone_failed_at")
        patient.save(update_fields=update)
        record(actor, "patient.identity_changed", patient, patient_id=patient.pk, fields=sorted(changed))
        if "phone" in changed and number and not actor.works_here:
            notifications.phone_changed(patient, str(number), by=actor)
    return patient
