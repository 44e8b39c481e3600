"""What the desk may open: administrative data, worklists. Every opening leaves a line that the patient can read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import gives_care, is_desk
from accounts.models import User
from core import clock
from core.audit.models import AuditEvent
from core.audit.record import record
from patients.access.records import (
    OPENED,
    Opened,
    get_patient_for_practitioner,
    look_at,
    visible_patients,
)
from patients.models import (
    ErasureRequest,
    Patient,
    PatientMerge,
    Proxy,
    SuspectedDuplicate,
)
from patients.models.proxy import ProxyState, Relation
from patients.models.requests import ErasureState

ONE_READING = timedelta(minutes=15)
FRESH_NUMBER = timedelta(days=30)


def pending_proxies() -> QuerySet[Proxy]:
    """The desk's worklist, the oldest demand first."""
    return (
        Proxy.objects.filter(state=ProxyState.PENDING, patient__erased_at=None, patient__merged_into=None)
        .select_related("patient", "user")
        .order_by("asked_at", "pk")
    )


def get_patient_for_desk(user: User, pk: int) -> Patient:
    """Administrative data for the desk; every opening leaves a line that the patient can read."""
    patient = _at_desk(user, pk)
    if patient is None:
        raise Http404
    record(user, OPENED, patient, patient_id=patient.pk, reason=_("accueil"))
    return patient


def _at_desk(user: User, pk: int) -> Patient | None:
    rows = Patient.objects.standing().select_related("attending_doctor", "pseudonym")
    return rows.filter(pk=pk).first() if is_desk(user) else None


def get_patient_for_staff(user: User, pk: int) -> Patient:
    """The desk's door, else the professional's: both leave their line in the trail."""
    return get_patient_for_desk(user, pk) if is_desk(user) else get_patient_for_practitioner(user, pk)


def get_fragment_for_staff(user: User, pk: int) -> tuple[Patient, Opened | None]:
    """A part of a page that left its line a moment ago, and how it is read by one who cares; else a new line.

    Who opens the part alone is written down like who opens the whole.
    """
    opened = _look(user, pk) if gives_care(user) else None
    patient = opened.patient if opened else _at_desk(user, pk)
    if patient is None:
        raise Http404
    lately = AuditEvent.objects.filter(
        actor=user.pk, patient_id=pk, action=OPENED, at__gt=clock.now() - ONE_READING
    )
    if not lately.exists():
        record(user, OPENED, patient, patient_id=pk, reason=opened.reason if opened else _("accueil"))
    return patient, opened


def _look(user: User, pk: int) -> Opened | None:
    """None where the desk may read on; whoever lacks a word of the patient is led to note it."""
    try:
        return look_at(user, pk)
    except Http404:
        if not is_desk(user):
            raise
        return None


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
    """Two records side by side: both openings leave their line. One beside itself is no pair."""
    if kept == absorbed:
        raise Http404
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


def get_pending_proxy(user: User, pk: int) -> Proxy:
    """One line of the worklist; the desk that opens it leaves a trace, as the person's identity is shown."""
    proxy = pending_proxies().filter(pk=pk).first() if is_desk(user) else None
    if proxy is None:
        raise Http404
    record(user, OPENED, proxy.patient, patient_id=proxy.patient_id, reason=_("demande d’un proche"))
    return proxy


def get_waiting_reset(user: User, pk: int) -> Proxy:
    """Somebody who reads the mailbox chose how one enters this account: the desk may say whether it was its owner."""
    waits = (
        Proxy.objects.in_force()
        .filter(pk=pk, user__is_active=True, patient__erased_at=None, patient__merged_into=None)
        .select_related("patient", "user")
    )
    proxy = waits.first() if is_desk(user) else None
    if proxy is None or proxy.user.doubted_since is None:
        raise Http404
    record(user, OPENED, proxy.patient, patient_id=proxy.patient_id, reason=_("accès en ligne"))
    return proxy


def number_changed_online(proxy: Proxy) -> datetime | None:
    """When the account itself last changed the number that the desk would call back, shortly before or since
    the way in was chosen: then whoever answers proves nothing. A relative is called at the number of his account."""
    if proxy.relation != Relation.SELF:
        return None
    since = (proxy.user.doubted_since or clock.now()) - FRESH_NUMBER
    changes = AuditEvent.objects.filter(
        action="patient.identity_changed",
        patient_id=proxy.patient_id,
        actor=proxy.user,
        at__gte=since,
        detail__fields__contains=["phone"],
    )
    return changes.order_by("-at").values_list("at", flat=True).first()


def erasures_to_do() -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.filter(state=ErasureState.ASKED).select_related("user").order_by("asked_at")


def get_erasure_to_do(user: User, pk: int) -> ErasureRequest:
    asked = erasures_to_do().filter(pk=pk).first() if is_desk(user) else None
    if asked is None:
        raise Http404
    return asked
