"""The desk enters somebody who called or came: an account or an e-mail address is not needed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.identity import identity_fields
from patients.models import Patient
from patients.search import lookalikes


class LooksLike(Refusal):
    """Somebody of this date of birth has a similar name: `patients` are shown, the desk decides."""

    def __init__(self, patients: list[Patient]) -> None:
        super().__init__(_("Cette personne est peut-être déjà connue. Vérifiez avant de créer une fiche."))
        self.patients = patients


def create_at_desk(identity: Mapping[str, Any], *, actor: User, despite: Collection[int] = ()) -> Patient:
    """`identity`: the cleaned data of `DeskPatientForm`. `despite`: keys of the similar people who were looked at.

    Raises `LooksLike` for anybody similar who was not; two desks that enter the same person wait for each other.
    """
    with transaction.atomic():
        lock("born", identity["birth_date"].toordinal())
        similar = [patient for patient in lookalikes(identity) if patient.pk not in despite]
        if similar:
            raise LooksLike(similar)
        patient = Patient.objects.create(**identity_fields(identity), last_contact_at=clock.now())
        record(
            actor,
            "patient.created",
            patient,
            patient_id=patient.pk,
            relation="desk",
            despite=sorted(despite),
        )
    return patient
