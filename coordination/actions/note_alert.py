"""An alert is noted, corrected or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.models import Alert
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient


class AlertGone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Quelqu’un vient de retirer ou de corriger cette alerte. Regardez ce qui est noté.")
        )


def note_alert(
    patient: Patient, said: Mapping[str, Any], *, actor: User, replaces: Alert | None = None
) -> Alert:
    """`said`: cleaned data of `AlertForm`. Raises `AlertGone`."""
    with transaction.atomic():
        lock("patient", patient.pk)
        if replaces is not None:
            _withdraw(replaces, _("corrigée"), actor)
        alert = Alert.objects.create(patient=patient, noted_by=actor, replaces=replaces, **said)
        record(actor, "alert.noted", alert, patient_id=patient.pk, corrects=replaces and replaces.pk)
    return alert


def withdraw_alert(alert: Alert, *, why: str, actor: User) -> Alert:
    with transaction.atomic():
        lock("patient", alert.patient_id)
        return _withdraw(alert, why, actor)


def _withdraw(alert: Alert, why: str, actor: User) -> Alert:
    row = Alert.objects.select_for_update(of=("self",), no_key=True).get(pk=alert.pk)
    if not row.is_standing:
        raise AlertGone
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), actor, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    record(actor, "alert.withdrawn", row, patient_id=row.patient_id)
    return row
