"""Allergies and alerts of one person, as one reader may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from coordination.access import Reader, readable
from coordination.models import Alert, Allergy
from core import clock
from core.db import together
from patients.models import Patient


@dataclass(frozen=True)
class Facts:
    """What stands on top of the record. `none_known` and no allergy at all are two different answers."""

    allergies: list[Allergy] = field(default_factory=list)
    none_known: Allergy | None = None
    alerts: list[Alert] = field(default_factory=list)

    @property
    def is_unasked(self) -> bool:
        return not self.allergies and self.none_known is None


def facts_of(patient: Patient, reader: Reader, hidden: Mapping[str, Collection[int]]) -> Facts:
    """One query."""
    alerts, allergies = together(*fact_rows(patient, reader, hidden))
    return facts_from(alerts, allergies, reader)


def fact_rows(
    patient: Patient, reader: Reader, hidden: Mapping[str, Collection[int]]
) -> tuple[QuerySet[Alert], QuerySet[Allergy]]:
    """What stands today; to the desk only what helps to receive the person."""
    in_time = Q(until=None) | Q(until__gte=clock.today())
    alerts = Alert.objects.standing().filter(in_time, patient=patient).exclude(pk__in=hidden.get("alert", ()))
    if reader.at_desk:
        return alerts.filter(for_desk=True), Allergy.objects.none()
    allergies = Allergy.objects.standing().filter(patient=patient)
    return alerts, allergies.exclude(pk__in=hidden.get("allergy", ()))


def facts_from(alerts: list[Alert], rows: list[Allergy], reader: Reader) -> Facts:
    """The gravest allergy first."""
    if reader.at_desk:
        return Facts(alerts=alerts)
    allergies = sorted((row for row in rows if not row.is_none_known), key=lambda row: not row.is_grave)
    none_known = next((row for row in rows if row.is_none_known), None)
    return Facts(allergies, None if allergies else none_known, alerts)


def alerts_for(patient: Patient, reader: Reader) -> QuerySet[Alert]:
    rows = Alert.objects.filter(patient=patient).select_related("noted_by", "withdrawn_by")
    if reader.at_desk:
        return rows.filter(for_desk=True)
    return readable(rows, patient, reader, "alert")


def allergies_for(patient: Patient, reader: Reader) -> QuerySet[Allergy]:
    """With what was withdrawn: the last that stands first."""
    rows = Allergy.objects.filter(patient=patient).select_related("noted_by", "withdrawn_by", "replaced_by")
    return readable(rows, patient, reader, "allergy")
