"""The one door to a record: who may act for whom, and who may open what. Hidden and missing answer the same 404."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, is_desk
from accounts.models import User
from core import clock
from core.audit.models import AuditEvent
from core.audit.record import record
from patients.models import (
    CareTeamMember,
    ErasureRequest,
    NoticePreference,
    Patient,
    PatientMerge,
    Proxy,
    SuspectedDuplicate,
)
from patients.models.proxy import ProxyState, Relation
from patients.models.requests import ErasureState
from practitioners.models import Practitioner

OPENED = "patient.opened"

# Rooms above name their own reasons to open a record (a coming or past appointment, a referral …): each answers
# the words of the reason, or None.
type Ground = Callable[[Patient, Practitioner], str | None]
_grounds: list[Ground] = []
# The same reasons, asked the other way round: the keys of all patients for whom one holds.
type Circle = Callable[[Practitioner], QuerySet[Any, Any]]
_circles: list[Circle] = []


def add_ground(ground: Ground, circle: Circle) -> None:
    """Called once by the app that knows the reason; the order is the order of asking."""
    if ground not in _grounds:
        _grounds.append(ground)
        _circles.append(circle)


def _himself_first(path: str) -> OrderBy:
    return ExpressionWrapper(Q(**{path: Relation.SELF}), output_field=BooleanField()).desc()


def patients_of(user: Visitor) -> QuerySet[Patient]:
    """The living people for whom this account may act today, himself first; each with its `relation`. One query."""
    today = clock.today()
    return (
        Patient.objects.living()
        .filter(
            Q(proxies__until=None) | Q(proxies__until__gt=today),
            proxies__user_id=user.pk or 0,  # nobody, for a visitor
            proxies__state=ProxyState.ACTIVE,
        )
        .annotate(relation=F("proxies__relation"), proxy_id=F("proxies__pk"))
        .order_by(_himself_first("proxies__relation"), "birth_date", "pk")
    )


def self_of(user: Visitor) -> Patient | None:
    """The account's own record, if it has been made."""
    return patients_of(user).filter(proxies__relation=Relation.SELF).first()


def can_act_for(user: Visitor, patient: Patient) -> bool:
    return patients_of(user).filter(pk=patient.pk).exists()


def get_patient_for(user: Visitor, pk: int) -> Patient:
    """The person with this key, if the account may act for it; 404 otherwise."""
    patient = patients_of(user).filter(pk=pk).first()
    if patient is None:
        raise Http404
    return patient


def proxies_of(user: User) -> QuerySet[Proxy]:
    """Everybody the account acts for or asked to act for, past ones left out."""
    return (
        Proxy.objects.filter(Q(until=None) | Q(until__gt=clock.today()), user_id=user.pk)
        .exclude(state=ProxyState.ENDED)
        .filter(patient__erased_at=None, patient__merged_into=None)
        .select_related("patient")
        .order_by(_himself_first("relation"), "asked_at", "pk")
    )


def get_relative_proxy_for(user: User, pk: int) -> Proxy:
    """A line of the account's own list of relatives (never the line of the account itself)."""
    proxy = proxies_of(user).exclude(relation=Relation.SELF).filter(pk=pk).first()
    if proxy is None:
        raise Http404
    return proxy


def pending_proxies() -> QuerySet[Proxy]:
    """The desk's worklist, the oldest demand first."""
    return (
        Proxy.objects.filter(state=ProxyState.PENDING, patient__erased_at=None, patient__merged_into=None)
        .select_related("patient", "user")
        .order_by("asked_at", "pk")
    )


def get_patient_for_desk(user: User, pk: int) -> Patient:
    """Administrative data for the desk; every opening leaves a line that the patient can read."""
    patient = Patient.objects.standing().filter(pk=pk).first() if is_desk(user) else None
    if patient is None:
        raise Http404
    record(user, OPENED, patient, patient_id=patient.pk, reason=_("accueil"))
    return patient


def reason_to_open(patient: Patient, practitioner: Practitioner) -> str | None:
    """Why this professional takes part in this patient's care, in words; None where he does not."""
    if patient.attending_doctor_id == practitioner.pk:
        return _("médecin traitant")
    member = CareTeamMember.objects.in_force().filter(patient=patient, practitioner=practitioner).first()
    if member is not None:
        return str(member.get_reason_display())
    return next((words for ground in _grounds if (words := ground(patient, practitioner))), None)


def get_patient_for_practitioner(user: User, pk: int) -> Patient:
    """The record for a professional with a reason row; 404 without one. The reason is written in the trail."""
    practitioner = Practitioner.objects.active().filter(user_id=user.pk).first()
    patient = Patient.objects.standing().filter(pk=pk).first()
    reason = reason_to_open(patient, practitioner) if patient and practitioner else None
    if patient is None or reason is None:
        raise Http404
    record(user, OPENED, patient, patient_id=patient.pk, reason=reason)
    return patient


def visible_patients(user: User) -> QuerySet[Patient]:
    """All records at the desk; for a professional those with a reason row: the others do not exist for him."""
    known = Patient.objects.standing()
    if is_desk(user):
        return known
    practitioner = Practitioner.objects.active().filter(user_id=user.pk).first()
    if practitioner is None:
        return known.none()
    team = CareTeamMember.objects.in_force().filter(practitioner=practitioner)
    reasons = Q(attending_doctor=practitioner) | Q(pk__in=team.values("patient"))
    for circle in _circles:
        reasons |= Q(pk__in=circle(practitioner))
    return known.filter(reasons)


def get_patient_for_staff(user: User, pk: int) -> Patient:
    """The desk's door, else the professional's: both leave their line in the trail."""
    return get_patient_for_desk(user, pk) if is_desk(user) else get_patient_for_practitioner(user, pk)


def stands_in_for(user: User, pk: int) -> int | None:
    """The key of the record that absorbed this one, if the account may open it: an old address leads there."""
    kept = Patient.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    while kept is not None and (further := Patient.objects.get(pk=kept).merged_into_id):
        kept = further
    return kept if kept is not None and visible_patients(user).filter(pk=kept).exists() else None


def suspected_duplicates() -> QuerySet[SuspectedDuplicate]:
    """The desk's worklist of pairs, the most alike first."""
    return SuspectedDuplicate.objects.open().select_related("one", "other").order_by("-score", "pk")


def get_pair_for_desk(user: User, kept: int, absorbed: int) -> tuple[Patient, Patient]:
    """Two records side by side: both openings leave their line."""
    return get_patient_for_desk(user, kept), get_patient_for_desk(user, absorbed)


def merges_of(patient: Patient) -> QuerySet[PatientMerge]:
    """What this record absorbed and has not given back."""
    return PatientMerge.objects.filter(kept=patient, separated_at=None).select_related(
        "absorbed", "merged_by"
    )


def get_merge_for_desk(user: User, pk: int) -> PatientMerge:
    """A merge that may be undone; the desk that opens it opens the kept record."""
    merge = PatientMerge.objects.filter(pk=pk, separated_at=None).select_related("kept", "absorbed").first()
    if merge is None:
        raise Http404
    get_patient_for_desk(user, merge.kept_id)
    return merge


def proxies_for(patient: Patient) -> QuerySet[Proxy]:
    """Who acts or asks to act for this person; one query."""
    return (
        Proxy.objects.filter(
            Q(until=None) | Q(until__gt=clock.today()),
            patient=patient,
            state__in=[ProxyState.ACTIVE, ProxyState.PENDING],
        )
        .select_related("user")
        .order_by(_himself_first("relation"), "pk")
    )


def get_pending_proxy(user: User, pk: int) -> Proxy:
    """One line of the worklist; the desk that opens it leaves a trace, as the person's identity is shown."""
    proxy = pending_proxies().filter(pk=pk).first() if is_desk(user) else None
    if proxy is None:
        raise Http404
    record(user, OPENED, proxy.patient, patient_id=proxy.patient_id, reason=_("demande d’un proche"))
    return proxy


def come_of_age(user: User) -> list[Proxy]:
    """Children who became independent during the last year: their parents are told how it goes on."""
    today = clock.today()
    ended = Proxy.objects.filter(
        user=user, relation=Relation.CHILD, until__lte=today, until__gt=today - timedelta(days=365)
    )
    rows = ended.select_related("patient").order_by("until", "pk")
    return [proxy for proxy in rows if proxy.until == proxy.patient.comes_of_age_on]


def notices_of(user: User) -> NoticePreference:
    """What was chosen, or what holds as long as nothing was: reading writes nothing."""
    return NoticePreference.objects.filter(user=user).first() or NoticePreference(user=user)


def has_phone(user: User) -> bool:
    """A number that an SMS can reach, on the account or on the own record."""
    mine = self_of(user)
    return bool(user.phone or (mine and mine.phone))


def openings_of(patients: Collection[int]) -> QuerySet[AuditEvent]:
    """Who of the house opened these records, or others of theirs that they absorbed; the latest first."""
    absorbed = PatientMerge.objects.filter(kept__in=patients, separated_at=None)
    keys = [*patients, *absorbed.values_list("absorbed", flat=True)]
    return AuditEvent.objects.filter(patient_id__in=keys, action__startswith=OPENED).order_by("-at", "-pk")


def erasure_asked_by(user: User) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(user=user, state=ErasureState.ASKED).first()


def erasures_to_do() -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.filter(state=ErasureState.ASKED).select_related("user").order_by("asked_at")


def get_erasure_to_do(user: User, pk: int) -> ErasureRequest:
    asked = erasures_to_do().filter(pk=pk).first() if is_desk(user) else None
    if asked is None:
        raise Http404
    return asked
