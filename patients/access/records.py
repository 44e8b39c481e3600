"""The door to a record: who takes part in the care, what the patient said, and a line for each opening."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, is_desk
from accounts.models import User
from core.audit.models import AuditEvent
from core.audit.record import record
from patients import care_team, consents
from patients.models import (
    CareTeamMember,
    EmergencyAccess,
    Patient,
    PatientMerge,
)
from patients.models.consent import Decision
from patients.models.patient import PatientQuerySet
from practitioners.access import acting_today
from practitioners.models import Practitioner

OPENED = "patient.opened"


# Rooms above name their own reasons to open a record (a coming or past appointment, a referral …): each answers
# the words of the reason, or None.
type Ground = Callable[[Patient, Practitioner], str | None]


_grounds: list[Ground] = []


# The same reasons, asked the other way round: the keys of all patients for whom one holds.
type Circle = Callable[[Practitioner], QuerySet[Any, Any]]


_circles: list[Circle] = []


class WordMissing(Http404):
    """There is a reason to open the record, but the law wants a word of the patient first."""

    def __init__(self, patient: Patient, decision: Decision) -> None:
        super().__init__()
        self.patient = patient
        self.decision = decision


def add_ground(ground: Ground, circle: Circle, team: care_team.Team) -> None:
    """Called once by the app that knows the reason; the order is the order of asking."""
    if ground not in _grounds:
        _grounds.append(ground)
        _circles.append(circle)
        care_team.add_team(team)


def reason_of_care(patient: Patient, practitioner: Practitioner) -> str | None:
    """Why this professional takes part in this patient's care, in words; None where he does not.

    A trainee takes part as long as his stay lasts, for himself and through his supervisors.
    """
    for who in acting_today(practitioner):
        words = _ground(patient, who)
        if words is not None and who == practitioner:
            return words
        if words is not None and not consents.standing(patient, who).is_opposed:
            return _("%(reason)s, avec %(supervisor)s") % {"reason": words, "supervisor": who.display_name}
    return None


def _ground(patient: Patient, practitioner: Practitioner) -> str | None:
    if patient.attending_doctor_id == practitioner.pk:
        return _("médecin traitant")
    member = CareTeamMember.objects.in_force().filter(patient=patient, practitioner=practitioner).first()
    if member is not None:
        return str(member.get_reason_display())
    return next((words for ground in _grounds if (words := ground(patient, practitioner))), None)


def reason_to_open(patient: Patient, practitioner: Practitioner) -> str | None:
    """Takes part in the care, nothing of what the patient said stands against it; or broke the glass within the hour.

    Raises `WordMissing` where only the word is missing.
    """
    words = reason_of_care(patient, practitioner)
    standing = consents.standing(patient, practitioner) if words else None
    if standing is not None and standing.is_clear:
        return words
    if EmergencyAccess.objects.in_force().filter(patient=patient, practitioner=practitioner).exists():
        return _("accès en urgence")
    if standing is not None and standing.missing and not standing.is_opposed:
        raise WordMissing(patient, standing.missing)
    return None


def practitioner_of(user: Visitor) -> Practitioner | None:
    """The professional behind this account, while he exercises."""
    return Practitioner.objects.active().with_names().filter(user_id=user.pk or 0).first()


def get_patient_for_practitioner(user: User, pk: int) -> Patient:
    """The record for a professional with a reason row; 404 without one. The reason is written in the trail."""
    practitioner = practitioner_of(user)
    patient = Patient.objects.standing().filter(pk=pk).first()
    reason = reason_to_open(patient, practitioner) if patient and practitioner else None
    if patient is None or reason is None:
        raise Http404
    record(user, OPENED, patient, patient_id=patient.pk, reason=reason)
    return patient


def get_patient_without_word(user: User, pk: int) -> tuple[Patient, Practitioner, Decision]:
    """Who is cared for by this professional, and the word that is missing to open his record; else 404."""
    practitioner = practitioner_of(user)
    patient = Patient.objects.standing().filter(pk=pk).first()
    if practitioner is None or patient is None:
        raise Http404
    try:
        reason_to_open(patient, practitioner)
    except WordMissing as missing:
        return patient, practitioner, missing.decision
    raise Http404


def visible_patients(user: User) -> PatientQuerySet:
    """All records at the desk; for a professional those with a reason row: the others do not exist for him."""
    return Patient.objects.standing() if is_desk(user) else patients_cared_for(user)


def patients_cared_for(user: User) -> PatientQuerySet:
    """Those whose clinical record this account may open: a seat at the desk adds nobody."""
    known = Patient.objects.standing()
    practitioner = practitioner_of(user)
    if practitioner is None:
        return known.none()
    cared_for = Q(pk__in=())
    for who in acting_today(practitioner):
        reasons = _circle(who)
        cared_for |= reasons if who == practitioner else reasons & consents.clear_for(who)
    emergencies = EmergencyAccess.objects.in_force().filter(practitioner=practitioner).values("patient")
    return known.filter((cared_for & consents.clear_for(practitioner)) | Q(pk__in=emergencies))


def _circle(practitioner: Practitioner) -> Q:
    team = CareTeamMember.objects.in_force().filter(practitioner=practitioner)
    reasons = Q(attending_doctor=practitioner) | Q(pk__in=team.values("patient"))
    for circle in _circles:
        reasons |= Q(pk__in=circle(practitioner))
    return reasons


def openings_of(patients: Collection[int]) -> QuerySet[AuditEvent]:
    """Who of the house opened these records, or others of theirs that they absorbed; the latest first."""
    absorbed = PatientMerge.objects.filter(kept__in=patients, separated_at=None)
    keys = [*patients, *absorbed.values_list("absorbed", flat=True)]
    return AuditEvent.objects.filter(patient_id__in=keys, action__startswith=OPENED).order_by("-at", "-pk")
