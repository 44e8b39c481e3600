"""An alert is noted or corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.withdraw_fact import withdraw_fact
from coordination.models import Alert
from core.audit.record import record
from core.db import lock
from patients.models import Patient


def note_alert(
    patient: Patient, said: Mapping[str, Any], *, actor: User, replaces: Alert | None = None
) -> Alert:
    """`said`: cleaned data of `AlertForm`. Raises `FactGone`."""
    with transaction.atomic():
        lock("patient", patient.pk)
        if replaces is not None:
            withdraw_fact(replaces, why=_("corrigée"), actor=actor)
        alert = Alert.objects.create(patient=patient, noted_by=actor, replaces=replaces, **said)
        record(actor, "alert.noted", alert, patient_id=patient.pk, corrects=replaces and replaces.pk)
    return alert
