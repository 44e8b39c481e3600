"""Who is known under a pseudonym, and to whom. Reads, never writes."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.access import is_desk
from accounts.models import User
from patients.access import practitioner_of, visible_patients
from patients.models import Patient
from practitioners.models import Practitioner
from practitioners.models.practitioner import PractitionerQuerySet


def _under_pseudonym() -> dict[str, object]:
    return {"pseudonym__isnull": False, "pseudonym__lifted_at": None}


def known_to(user: User) -> QuerySet[Patient]:
    """Of a professional's own circle. The desk has no list: who asks for discretion stands on none."""
    if is_desk(user):
        return Patient.objects.none()
    rows = visible_patients(user).filter(**_under_pseudonym()).select_related("pseudonym")
    return rows.order_by("pseudonym__alias", "pk")


def found_by_alias(user: User, alias: str) -> Patient | None:
    """The whole alias, as the person says it at the desk; capitals do not count."""
    rows = visible_patients(user).filter(pseudonym__alias__iexact=alias, **_under_pseudonym())
    return rows.first()


def programme_professionals(user: User) -> PractitionerQuerySet:
    """Around whom the person will be known: oneself; at the desk, anybody who receives."""
    mine = practitioner_of(user)
    rows = Practitioner.objects.active().exclude(user=None).with_names()
    if mine is not None and not is_desk(user):
        return rows.filter(pk=mine.pk)
    return rows
