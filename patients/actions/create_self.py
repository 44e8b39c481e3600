"""An account gets its own record: the person who signed in becomes somebody who can be cared for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from patients.identity import identity_fields
from patients.models import NoticePreference, Patient, Proxy
from patients.models.proxy import ProxyState, Relation


def create_self(user: User, identity: Mapping[str, Any]) -> Patient:
    """`identity`: the cleaned data of `IdentityForm`. Asking twice answers the record that exists already."""
    with transaction.atomic():
        lock("account", user.pk)
        mine = (
            Proxy.objects.filter(user=user, relation=Relation.SELF, state=ProxyState.ACTIVE)
            .select_related("patient")
            .first()
        )
        if mine is not None:
            return mine.patient
        now = clock.now()
        patient = Patient.objects.create(
            **{**identity_fields(identity), "email": user.email}, last_contact_at=now
        )
        Proxy.objects.create(
            user=user,
            patient=patient,
            relation=Relation.SELF,
            state=ProxyState.ACTIVE,
            asked_at=now,
            decided_at=now,
        )
        NoticePreference.objects.get_or_create(user=user)
        _name_the_account(user, patient)
        record(user, "patient.created", patient, patient_id=patient.pk, relation=Relation.SELF.value)
    return patient


def _name_the_account(user: User, patient: Patient) -> None:
    user.first_name = user.first_name or patient.first_name
    user.last_name = user.last_name or patient.last_name
    user.phone = user.phone or patient.phone
    user.save(update_fields=["first_name", "last_name", "phone"])
