"""For whom an account acts, and what of that it may see. Hidden and missing answer the same 404."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import BooleanField, DateField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import Http404

from accounts.access import Visitor
from accounts.models import User
from core import clock
from core.prepared import Asked, Question, ask, given
from patients.models import (
    ErasureRequest,
    NoticePreference,
    Patient,
    Proxy,
)
from patients.models.proxy import ProxyState, Relation
from patients.models.requests import ErasureState


def himself_first(path: str) -> OrderBy:
    return ExpressionWrapper(Q(**{path: Relation.SELF}), output_field=BooleanField()).desc()


def patients_of(user: Visitor) -> QuerySet[Patient]:
    """The living people for whom this account may act today, himself first; each with its `relation`. One query."""
    return _acted_for(user.pk or 0, clock.today())  # nobody, for a visitor


def _acted_for(user_id: int, today: date) -> QuerySet[Patient]:
    return (
        Patient.objects.living()
        .filter(
            Q(proxies__until=None) | Q(proxies__until__gt=today),
            proxies__user_id=user_id,
            proxies__state=ProxyState.ACTIVE,
        )
        .annotate(relation=F("proxies__relation"), proxy_id=F("proxies__pk"))
        .order_by(himself_first("proxies__relation"), "birth_date", "pk")
    )


def self_of(user: Visitor) -> Patient | None:
    """The account's own record, if it has been made."""
    own = Proxy.objects.in_force().filter(user=user.pk or 0, relation=Relation.SELF)
    return patients_of(user).filter(pk__in=own.values("patient")).first()


def is_self(user: Visitor, patient: Patient) -> bool:
    """Reads his own record, not a relative's."""
    own = Proxy.objects.in_force().filter(user=user.pk or 0, relation=Relation.SELF)
    return own.filter(patient=patient).exists()


def can_act_for(user: Visitor, patient: Patient) -> bool:
    return patients_of(user).filter(pk=patient.pk).exists()


def get_patient_for(user: Visitor, pk: int) -> Patient:
    """The person with this key, if the account may act for it; 404 otherwise."""
    return ask(asking_for(user, pk))


_ONE_OF_THEM = Question(
    lambda: _acted_for(given("user"), given("today", DateField)).filter(pk=given("patient"))[:1]
)


def asking_for(user: Visitor, pk: int) -> Asked[Patient]:
    """The same, to travel with other questions."""
    return _ONE_OF_THEM(user=user.pk or 0, today=clock.today(), patient=pk).then(_the_one)


def _the_one(found: list[Patient]) -> Patient:
    if not found:
        raise Http404
    return found[0]


def proxies_of(user: User) -> QuerySet[Proxy]:
    """Everybody the account acts for or asked to act for, past ones left out."""
    return (
        Proxy.objects.filter(Q(until=None) | Q(until__gt=clock.today()), user_id=user.pk)
        .exclude(state=ProxyState.ENDED)
        .filter(patient__erased_at=None, patient__merged_into=None)
        .select_related("patient")
        .order_by(himself_first("relation"), "asked_at", "pk")
    )


def get_relative_proxy_for(user: User, pk: int) -> Proxy:
    """A line of the account's own list of relatives (never the line of the account itself)."""
    proxy = proxies_of(user).exclude(relation=Relation.SELF).filter(pk=pk).first()
    if proxy is None:
        raise Http404
    return proxy


def proxies_for(patient: Patient) -> QuerySet[Proxy]:
    """Who acts or asks to act for this person; one query."""
    return (
        Proxy.objects.filter(
            Q(until=None) | Q(until__gt=clock.today()),
            patient=patient,
            state__in=[ProxyState.ACTIVE, ProxyState.PENDING],
        )
        .select_related("user")
        .order_by(himself_first("relation"), "pk")
    )


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


def erasure_asked_by(user: User) -> ErasureRequest | None:
    return ErasureRequest.objects.filter(user=user, state=ErasureState.ASKED).first()
