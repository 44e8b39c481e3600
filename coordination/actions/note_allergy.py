"""An allergy is noted or corrected; or the answer that none is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.actions.withdraw_fact import withdraw_fact
from coordination.models import Allergy
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


def note_allergy(
    patient: Patient, said: Mapping[str, Any], *, actor: User, replaces: Allergy | None = None
) -> Allergy:
    """`said`: cleaned data of `AllergyForm`. Ends « aucune allergie connue ». Raises `FactGone`."""
    with transaction.atomic():
        lock("patient", patient.pk)
        if replaces is not None:
            withdraw_fact(replaces, why=_("corrigée"), actor=actor)
        for none_known in Allergy.objects.standing().filter(patient=patient, substance=""):
            withdraw_fact(none_known, why=_("une allergie est apparue"), actor=actor)
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
            withdraw_fact(before, why=_("redemandé"), actor=actor)
        answer = Allergy.objects.create(patient=patient, noted_by=actor)
        record(actor, "allergy.none_known", answer, patient_id=patient.pk)
    return answer
