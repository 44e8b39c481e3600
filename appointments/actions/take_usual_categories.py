"""The common names of visits become rows of this house, for the professions that it has."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.models import ReasonCategory
from appointments.usual_categories import CATEGORIES
from core.audit.models import AuditEvent
from core.audit.record import event
from practitioners.models import Profession


@transaction.atomic
def take_usual_categories(actor: AbstractBaseUser | None) -> int:
    """How many were added: what the house has under the same address stays as it is."""
    professions = {row.slug: row for row in Profession.objects.all()}
    known = set(ReasonCategory.objects.values_list("slug", flat=True))
    rows = ReasonCategory.objects.bulk_create(
        ReasonCategory(profession=professions[profession], slug=slug, name=name, position=position)
        for position, (profession, slug, name) in enumerate(CATEGORIES)
        if profession in professions and slug not in known
    )
    AuditEvent.objects.bulk_create(event(actor, "category.taken", row) for row in rows)
    return len(rows)
