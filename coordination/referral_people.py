"""To whom a referral may go, who of a profession may take it, who is there and who is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from appointments.models import Absence
from coordination.models import Referral
from core import clock
from patients import consents
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind, PractitionerQuerySet


def addressable() -> PractitionerQuerySet:
    """Professionals with an account who care here today: of the house, visiting, or behind a screen."""
    return (
        Practitioner.objects.active()
        .exclude(kind=Kind.CORRESPONDENT)
        .filter(user__is_active=True)
        .with_names()
        .order_by("profession__position", "profession__name", "last_name", "first_name", "pk")
    )


def members_of(referral: Referral) -> list[Practitioner]:
    """Who of the asked profession may take it: of the house, not the requester, not whom the patient refuses."""
    found = addressable().filter(profession=referral.profession_id, kind=Kind.MEMBER)
    return [
        one
        for one in found.select_related("user").exclude(pk=referral.requester_id)
        if not consents.standing(referral.patient, one).is_opposed
    ]


def colleagues_of(referral: Referral) -> list[Practitioner]:
    """Who could take it instead of the one who was asked."""
    profession = referral.target.profession_id if referral.target else referral.profession_id
    gone = [referral.target_id, referral.holder_id, referral.requester_id]
    found = addressable().filter(profession=profession, kind=Kind.MEMBER)
    return list(found.exclude(pk__in=[key for key in gone if key is not None]))


def away_until(practitioners: Collection[int], now: datetime | None = None) -> dict[int, datetime]:
    """Who is away at this moment, and until when; one query."""
    now = now or clock.now()
    rows = Absence.objects.filter(practitioner__in=practitioners, start_at__lte=now, end_at__gt=now)
    found: dict[int, datetime] = {}
    for row in rows.order_by("end_at", "pk"):
        found[row.practitioner_id] = row.end_at
    return found


def has_left(practitioner: Practitioner) -> bool:
    """Exercises here no more, or nobody signs in for him any longer."""
    today = clock.today()
    return (
        (practitioner.active_until is not None and practitioner.active_until < today)
        or practitioner.user is None
        or not practitioner.user.is_active
    )
