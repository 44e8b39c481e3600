"""Who only ever booked is forgotten two years after the last of it: what « Vos données personnelles » promises.

The record of care is another class (20 years, CSP R1112-7) and is never forgotten by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from appointments.actions.erase import Outcome, cared_for, erase, forget, people_to_forget
from appointments.models import ACTIVE_STATES, Appointment, Enrolment, Status, WaitingRequest
from core import clock
from patients.actions.end_proxy import end_proxy
from patients.models import CareTeamMember, ErasureRequest, Patient, Proxy
from patients.models.proxy import ProxyState, Relation
from patients.models.requests import ErasureState
from patients.signals import record_is_kept

KEPT = timedelta(days=2 * 365 + 1)
BATCH = 200


def end_keeping() -> int:
    """How many people were forgotten. Each in a transaction of his own; past `BATCH` the next run goes on."""
    limit = clock.now() - KEPT
    forgotten = 0
    for key in list(only_booked(limit).order_by("pk").values_list("pk", flat=True)):
        forgotten += _end(key, limit)
        if forgotten >= BATCH:
            break
    return forgotten


def only_booked(limit: datetime) -> QuerySet[Patient]:
    """Known for longer, never seen nor followed by anybody here, and nothing asked for, missed or cancelled since."""
    mine = OuterRef("pk")
    visits = Appointment.objects.filter(patient=mine)
    seen = [state for state in ACTIVE_STATES if state != Status.NO_SHOW]
    return Patient.objects.filter(
        Exists(visits),
        ~Exists(visits.filter(status__in=seen)),
        ~Exists(visits.filter(end_at__gte=limit)),
        ~Exists(CareTeamMember.objects.filter(patient=mine)),
        ~Exists(Enrolment.objects.active().filter(patient=mine)),
        ~Exists(Enrolment.objects.filter(patient=mine, asked_at__gte=limit)),
        ~Exists(WaitingRequest.objects.filter(patient=mine, created_at__gte=limit)),
        erased_at=None,
        merged_into=None,
        attending_doctor=None,
        created_at__lt=limit,
    )


@transaction.atomic
def _end(key: int, limit: datetime) -> int:
    """Looked at again under the lock, for which a visit that is just being booked waits."""
    patient = only_booked(limit).select_for_update().filter(pk=key).first()
    if patient is None:
        return 0
    acting = Proxy.objects.filter(patient=patient, state__in=[ProxyState.ACTIVE, ProxyState.PENDING])
    users = [proxy.user for proxy in acting.select_related("user")]
    if _is_kept(patient) or any(_comes_here(user, limit) for user in users):
        return 0
    own = acting.filter(relation=Relation.SELF).select_related("user").first()
    if own is not None:
        return _end_account(own.user, limit)
    for proxy in acting:
        end_proxy(proxy, actor=None)
    forget(patient, Outcome(), actor=None)
    return 1


def _end_account(user: User, limit: datetime) -> int:
    """With all for whom nobody else acts, or not at all: an account is closed once."""
    people = people_to_forget(user)
    due = set(only_booked(limit).filter(pk__in=[one.pk for one in people]).values_list("pk", flat=True))
    if any(one.pk not in due or _is_kept(one) for one in people):
        return 0
    asked, _created = ErasureRequest.objects.get_or_create(user=user, state=ErasureState.ASKED)
    erase(asked, actor=None)
    return len(people)


def _is_kept(patient: Patient) -> bool:
    if cared_for(patient):
        return True
    return any(kept for _receiver, kept in record_is_kept.send(sender=Patient, patient=patient))


def _comes_here(user: User, limit: datetime) -> bool:
    return bool(user.works_here) or max(user.last_login or user.date_joined, user.date_joined) >= limit
