"""An allergy is noted, corrected or withdrawn; or the answer that none is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.models import Allergy
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient


class AllergyKnown(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Une allergie est notée. Retirez-la d’abord, en disant pourquoi, si elle est fausse."
            )
        )


class AllergyGone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Quelqu’un vient de retirer ou de corriger cette ligne. Regardez ce qui est noté.")
        )


def note_allergy(
    patient: Patient, said: Mapping[str, Any], *, actor: User, replaces: Allergy | None = None
) -> Allergy:
    """`said`: cleaned data of `AllergyForm`. Ends « aucune allergie connue ». Raises `AllergyGone`."""
    with transaction.atomic():
        lock("patient", patient.pk)
        if replaces is not None:
            _withdraw(replaces, _("corrigée"), actor)
        for none_known in Allergy.objects.standing().filter(patient=patient, substance=""):
            _withdraw(none_known, _("une allergie est apparue"), actor)
        allergy = Allergy.objects.create(patient=patient, noted_by=actor, replaces=replaces, **said)
        record(actor, "allergy.noted", allergy, patient_id=patient.pk, corrects=replaces and replaces.pk)
    return allergy


def note_no_allergy(patient: Patient, *, actor: User) -> Allergy:
    """Asked today, and the answer was no: the date counts anew. Raises `AllergyKnown`."""
    with transaction.atomic():
        lock("patient", patient.pk)
        standing = list(Allergy.objects.standing().filter(patient=patient))
        if any(not row.is_none_known for row in standing):
            raise AllergyKnown
        for before in standing:
            _withdraw(before, _("redemandé"), actor)
        answer = Allergy.objects.create(patient=patient, noted_by=actor)
        record(actor, "allergy.none_known", answer, patient_id=patient.pk)
    return answer


def withdraw_allergy(allergy: Allergy, *, why: str, actor: User) -> Allergy:
    """Raises `AllergyGone` where somebody was faster."""
    with transaction.atomic():
        lock("patient", allergy.patient_id)
        return _withdraw(allergy, why, actor)


def _withdraw(allergy: Allergy, why: str, actor: User) -> Allergy:
    row = Allergy.objects.select_for_update(of=("self",), no_key=True).get(pk=allergy.pk)
    if not row.is_standing:
        raise AllergyGone
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), actor, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    record(actor, "allergy.withdrawn", row, patient_id=row.patient_id)
    return row
