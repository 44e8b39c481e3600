"""The door to a record: who takes part in the care, what the patient said, and a line for each opening."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils.functional import Promise
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
from patients.models.care_team import Reason
from patients.models.consent import Decision
from patients.models.patient import PatientQuerySet
from practitioners.access import acting_today
from practitioners.models import Practitioner

OPENED = "patient.opened"


class Ground(NamedTuple):
    """A reason to open records that a room above knows (a coming or past appointment …)."""

    words: str | Promise
    rows: Callable[[Practitioner], QuerySet[Any, Any]]
    """Of all the patients for whom it holds; each row names its `patient`."""


_grounds: list[Ground] = []


class Opened(NamedTuple):
    """A record that a professional may open: who, in whose names he acts today, and why."""

    patient: Patient
    practitioner: Practitioner
    acting: list[Practitioner]
    reason: str
    emergency_until: datetime | None


class WordMissing(Http404):
    """There is a reason to open the record, but the law wants a word of the patient first."""

    def __init__(self, patient: Patient, decision: Decision) -> None:
        super().__init__()
        self.patient = patient
        self.decision = decision


def add_ground(ground: Ground, team: care_team.Team) -> None:
    """Called once by the app that knows the reason; the order is the order of asking."""
    if ground not in _grounds:
        _grounds.append(ground)
        care_team.add_team(team)


def reason_of_care(patient: Patient, practitioner: Practitioner) -> str | None:
    """Why this professional takes part in this patient's care, in words; None where he does not.

    A trainee takes part as long as his stay lasts, for himself and through his supervisors.
    """
    acting = acting_today(practitioner)
    seen = _seen(Patient.objects.filter(pk=patient.pk), practitioner, acting)
    return _reason_of_care(seen, practitioner, acting) if seen else None


def reason_to_open(patient: Patient, practitioner: Practitioner) -> str | None:
    """Takes part in the care, nothing of what the patient said stands against it; or broke the glass within the hour.

    Raises `WordMissing` where only the word is missing.
    """
    acting = acting_today(practitioner)
    seen = _seen(Patient.objects.filter(pk=patient.pk), practitioner, acting)
    return _reason_to_open(seen, practitioner, acting) if seen else None


def _seen(rows: PatientQuerySet, practitioner: Practitioner, acting: list[Practitioner]) -> Any:
    """The patient, with all that decides who opens his record: one query."""
    broken = EmergencyAccess.objects.in_force().filter(patient=OuterRef("pk"), practitioner=practitioner)
    found: dict[str, Any] = {
        "emergency_until": Subquery(broken.order_by("-until").values("until")[:1]),
        "word_given": consents.word_given(practitioner),
    }
    for who in {practitioner, *acting}:
        member = CareTeamMember.objects.in_force().filter(patient=OuterRef("pk"), practitioner=who)
        found[f"opposed_{who.pk}"] = consents.opposed_to(who)
        found[f"member_{who.pk}"] = Subquery(member.order_by("pk").values("reason")[:1])
        for number, ground in enumerate(_grounds):
            holds = ground.rows(who).filter(patient=OuterRef("pk"))
            found[f"ground_{number}_{who.pk}"] = Exists(holds)
    return rows.select_related("attending_doctor", "pseudonym").annotate(**found).first()


def _reason_of_care(seen: Any, practitioner: Practitioner, acting: list[Practitioner]) -> str | None:
    for who in acting:
        words = _ground(seen, who)
        if words is not None and who == practitioner:
            return words
        if words is not None and not getattr(seen, f"opposed_{who.pk}"):
            return _("%(reason)s, avec %(supervisor)s") % {"reason": words, "supervisor": who.display_name}
    return None


def _ground(seen: Any, who: Practitioner) -> str | None:
    if seen.attending_doctor_id == who.pk:
        return _("médecin traitant")
    if member := getattr(seen, f"member_{who.pk}"):
        return str(Reason(member).label)
    holds = (one for number, one in enumerate(_grounds) if getattr(seen, f"ground_{number}_{who.pk}"))
    return next((str(ground.words) for ground in holds), None)


def _reason_to_open(seen: Any, practitioner: Practitioner, acting: list[Practitioner]) -> str | None:
    words = _reason_of_care(seen, practitioner, acting)
    is_opposed = getattr(seen, f"opposed_{practitioner.pk}")
    if words is not None and not is_opposed and seen.word_given:
        return words
    if seen.emergency_until is not None:
        return _("accès en urgence")
    needed = consents.word_needed(practitioner)
    if words is not None and not is_opposed and needed is not None:
        raise WordMissing(seen, needed)
    return None


def practitioner_of(user: Visitor) -> Practitioner | None:
    """The professional behind this account, while he exercises."""
    return Practitioner.objects.active().with_names().filter(user_id=user.pk or 0).first()


def look_at(user: User, pk: int) -> Opened:
    """A standing record for a professional with a reason row, 404 without one. Leaves no line: see who calls it."""
    practitioner = practitioner_of(user)
    if practitioner is None:
        raise Http404
    acting = acting_today(practitioner)
    patient = _seen(Patient.objects.standing().filter(pk=pk), practitioner, acting)
    reason = _reason_to_open(patient, practitioner, acting) if patient else None
    if reason is None:
        raise Http404
    return Opened(patient, practitioner, acting, reason, patient.emergency_until)


def open_for_practitioner(user: User, pk: int) -> Opened:
    """The record for a professional with a reason row; 404 without one. The reason is written in the trail."""
    opened = look_at(user, pk)
    record(user, OPENED, opened.patient, patient_id=pk, reason=opened.reason)
    return opened


def get_patient_for_practitioner(user: User, pk: int) -> Patient:
    """The same, for who needs no more than the patient."""
    return open_for_practitioner(user, pk).patient


def get_patient_without_word(user: User, pk: int) -> tuple[Patient, Practitioner, Decision]:
    """Who is cared for by this professional, and the word that is missing to open his record; else 404."""
    practitioner = practitioner_of(user)
    try:
        look_at(user, pk)
    except WordMissing as missing:
        assert practitioner is not None, "somebody's word is missing to him"
        return missing.patient, practitioner, missing.decision
    raise Http404


def visible_patients(user: User) -> PatientQuerySet:
    """All records at the desk; for a professional those with a reason row: the others do not exist for him."""
    return Patient.objects.standing() if is_desk(user) else patients_cared_for(user)


def patients_listed_for(user: User) -> PatientQuerySet:
    """For worklists, which leave no line: a broken glass opens one record, not the lists."""
    return Patient.objects.standing() if is_desk(user) else patients_followed_by(user)


def patients_cared_for(user: User, practitioner: Practitioner | None = None) -> PatientQuerySet:
    """Those whose clinical record this account may open: a seat at the desk adds nobody."""
    practitioner = practitioner or practitioner_of(user)
    if practitioner is None:
        return Patient.objects.none()
    broken = EmergencyAccess.objects.in_force().filter(practitioner=practitioner).values("patient")
    followed = patients_followed_by(user, practitioner)
    return followed | Patient.objects.standing().filter(pk__in=broken)


def patients_followed_by(user: User, practitioner: Practitioner | None = None) -> PatientQuerySet:
    """The same without the emergencies of the hour."""
    known = Patient.objects.standing()
    practitioner = practitioner or practitioner_of(user)
    if practitioner is None:
        return known.none()
    cared_for = Q(pk__in=())
    for who in acting_today(practitioner):
        reasons = _circle(who)
        cared_for |= reasons if who == practitioner else reasons & consents.clear_for(who)
    return known.filter(cared_for & consents.clear_for(practitioner))


def _circle(practitioner: Practitioner) -> Q:
    team = CareTeamMember.objects.in_force().filter(practitioner=practitioner)
    reasons = Q(attending_doctor=practitioner) | Q(pk__in=team.values("patient"))
    for ground in _grounds:
        reasons |= Q(pk__in=ground.rows(practitioner).order_by().values("patient"))
    return reasons


def openings_of(patients: Collection[int]) -> QuerySet[AuditEvent]:
    """Who of the house opened these records, or others of theirs that they absorbed; the latest first."""
    absorbed = PatientMerge.objects.filter(kept__in=patients, separated_at=None)
    keys = [*patients, *absorbed.values_list("absorbed", flat=True)]
    return AuditEvent.objects.filter(patient_id__in=keys, action__startswith=OPENED).order_by("-at", "-pk")
