"""Who may ask for an opinion, who may give one, and who is asked. Reads."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from core import clock
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind, PractitionerQuerySet
from teleconsult.models import (
    ExpertiseEvent,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseRight,
    ExpertiseSide,
    ExpertPool,
    PoolMember,
)
from teleconsult.models.expertise_pool import ExpertPoolQuerySet

PASSED = "passed"


def codes_of(side: ExpertiseSide, day: date | None = None) -> set[str]:
    """The professions that may ask, or answer, on that day."""
    day = day or clock.today()
    rows = ExpertiseRight.objects.filter(Q(until=None) | Q(until__gte=day), side=side, since__lte=day)
    return set(rows.values_list("role_code", flat=True))


def may_ask(practitioner: Practitioner) -> bool:
    """Professionals of the house, of a profession that the convention names."""
    if practitioner.kind != Kind.MEMBER:
        return False
    return practitioner.profession.role_code in codes_of(ExpertiseSide.REQUESTER)


def pools_in_force() -> ExpertPoolQuerySet:
    """Those in which somebody can answer."""
    members = PoolMember.objects.in_force().filter(
        pool=OuterRef("pk"), practitioner__in=experts().values("pk")
    )
    return ExpertPool.objects.in_force().filter(Exists(members))


def experts() -> PractitionerQuerySet:
    """Everybody who is in a pool today, exercises, has an account, and is of a profession that may answer."""
    members = PoolMember.objects.in_force()
    return Practitioner.objects.active().filter(
        pk__in=members.values("practitioner"),
        profession__role_code__in=codes_of(ExpertiseSide.EXPERT),
        user__is_active=True,
    )


def experts_of(pool: ExpertPool) -> list[Practitioner]:
    members = PoolMember.objects.in_force().filter(pool=pool)
    rows = experts().filter(pk__in=members.values("practitioner")).select_related("profession", "user")
    return list(rows.order_by("last_name", "first_name", "pk"))


def pools_of(practitioner: Practitioner) -> list[int]:
    """In which he answers today."""
    if not experts().filter(pk=practitioner.pk).exists():
        return []
    rows = PoolMember.objects.in_force().filter(practitioner=practitioner)
    return list(rows.order_by("pool").values_list("pool", flat=True))


def asked_of(request: ExpertiseRequest) -> list[Practitioner]:
    """Who may take it now: the expert whom it names, or all of the pool but who asked and who stepped aside."""
    if request.level == ExpertiseLevel.EXPERT:
        return [request.target] if request.target is not None else []
    if request.pool is None:
        return []
    aside = set(passed_by(request))
    return [
        one for one in experts_of(request.pool) if one.user_id not in aside and one.pk != request.requester_id
    ]


def passed_by(request: ExpertiseRequest) -> list[int]:
    """Accounts of those who stepped aside since it was sent."""
    rows = ExpertiseEvent.objects.filter(request=request, verb=PASSED, at__gte=request.sent_at)
    return [key for key in rows.values_list("by", flat=True) if key is not None]
