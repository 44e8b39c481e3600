"""An address from which messages come back for good: the desk asks for a new one at the next occasion."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from core import clock
from core.audit.record import record
from patients.models import Patient
from patients.models.proxy import ProxyState, Relation


def flag_refused_address(channel: str, address: str) -> int:
    """Flags every patient who is reached there: by the own record or by the own account. Answers how many."""
    own_account = {"proxies__relation": Relation.SELF, "proxies__state": ProxyState.ACTIVE}
    if channel == "email":
        field = "email_bounced_at"
        reached = Q(email__iexact=address) | Q(proxies__user__email__iexact=address, **own_account)
    else:
        field = "phone_failed_at"
        reached = Q(phone=address) | Q(proxies__user__phone=address, **own_account)
    with transaction.atomic():
        keys = Patient.objects.filter(reached, **{field: None}).values("pk")
        patients = list(Patient.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk"))
        Patient.objects.filter(pk__in=[patient.pk for patient in patients]).update(**{field: clock.now()})
        for patient in patients:
            record(None, "patient.address_refused", patient, patient_id=patient.pk, channel=channel)
    return len(patients)
