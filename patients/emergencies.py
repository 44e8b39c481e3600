"""Emergency accesses: who may break the glass, whom he finds, what is still to be looked at."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import is_practitioner
from accounts.models import User
from core.audit.models import AuditEvent
from core.audit.record import record
from patients.access import practitioner_of
from patients.models import EmergencyAccess, Patient
from patients.search import named_like
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


def get_doctor(user: User) -> Practitioner:
    """A doctor of the house; for everybody else there is no such door."""
    practitioner = practitioner_of(user) if is_practitioner(user) else None
    if (
        practitioner is None
        or practitioner.kind != Kind.MEMBER
        or not practitioner.profession.is_medical_doctor
    ):
        raise Http404
    return practitioner


def may_break_glass(user: User) -> bool:
    try:
        get_doctor(user)
    except Http404:
        return False
    return True


def people_named(doctor: Practitioner, born: date, letters: str, *, actor: User) -> list[Patient]:
    """Everybody of this date and these letters. That they were looked for is written down, whatever comes of it."""
    found = list(named_like(Patient.objects.standing().identified(), born, letters))
    record(actor, "patient.emergency_search", doctor, found=len(found))
    for patient in found:
        record(actor, "patient.emergency_listed", patient, patient_id=patient.pk)
    return found


def to_review() -> QuerySet[EmergencyAccess]:
    """The oldest first."""
    rows = EmergencyAccess.objects.to_review().select_related("patient", "practitioner__profession")
    return rows.order_by("opened_at", "pk")


def reviewed() -> QuerySet[EmergencyAccess]:
    rows = EmergencyAccess.objects.exclude(reviewed_at=None)
    return rows.select_related("patient", "practitioner", "reviewed_by").order_by("-reviewed_at", "-pk")


def get_to_review(pk: int) -> EmergencyAccess:
    access = to_review().filter(pk=pk).first()
    if access is None:
        raise Http404
    return access


def traces_of(access: EmergencyAccess) -> QuerySet[AuditEvent]:
    """What the doctor opened of this person while the glass was broken, and what he did."""
    return AuditEvent.objects.filter(
        actor=access.practitioner.user_id,
        patient_id=access.patient_id,
        at__gte=access.opened_at - timedelta(seconds=1),
        at__lte=access.until,
    ).order_by("at", "pk")
