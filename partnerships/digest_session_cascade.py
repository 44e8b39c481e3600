"""What the e-mail of the team may count of sessions that fell away: for who has referred, and for who approves."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import gives_care, holders_of
from accounts.models import Role
from appointments.models import Status
from coordination.digest import ItemKind, add_item_kind
from core import clock
from partnerships.access import may_manage
from partnerships.models import ExpectedPatient

NEWS = timedelta(days=14)


def _referred(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """Patients whom these have referred and whose visit fell away, once each."""
    rows = ExpectedPatient.objects.filter(
        request__requester__user__in=people, disruption__since__gt=clock.now() - NEWS
    )
    yield from rows.order_by("pk").values_list("request__requester__user", "pk")


def _to_approve(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """Plans of which nothing has been sent yet and in which somebody still expects to come."""
    managers = holders_of(Role.COORDINATOR).filter(pk__in=people).order_by("pk").values_list("pk", flat=True)
    if not managers:
        return
    waiting = ExpectedPatient.objects.filter(
        cascade__sent_at=None,
        listed_at=None,
        disruption__settled_at=None,
        disruption__appointment__status=Status.BOOKED,
    )
    for plan in sorted(set(waiting.order_by().values_list("cascade", flat=True))):
        for user in managers:
            yield user, plan


def _referred_words(number: int) -> str:
    words = ngettext(
        "%d rendez-vous d’un patient que vous avez adressé est à replacer : la séance est annulée",
        "%d rendez-vous de patients que vous avez adressés sont à replacer : la séance est annulée",
        number,
    )
    return words % number


def _to_approve_words(number: int) -> str:
    words = ngettext(
        "%d séance annulée : le plan de ses patients attend votre approbation",
        "%d séances annulées : le plan de leurs patients attend votre approbation",
        number,
    )
    return words % number


add_item_kind(
    ItemKind(
        "cancelled_sessions",
        _("Séances annulées de patients que j’ai adressés"),
        _referred,
        _referred_words,
        "consultation_sessions",
        gives_care,
    )
)
add_item_kind(
    ItemKind(
        "session_cascades",
        _("Séances annulées à replacer"),
        _to_approve,
        _to_approve_words,
        "session_cascades",
        may_manage,
    )
)
