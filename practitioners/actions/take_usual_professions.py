"""The usual professions become rows of this house, which it may then change."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.audit.models import AuditEvent
from core.audit.record import event
from practitioners.models import Profession
from practitioners.models.profession import InformationCategory
from practitioners.usual_professions import PROFESSIONS


@transaction.atomic
def take_usual_professions(actor: AbstractBaseUser | None) -> int:
    """How many were added: what the house has under the same address or name stays as it is."""
    slugs, names = (set(Profession.objects.values_list(field, flat=True)) for field in ("slug", "name"))
    rows = Profession.objects.bulk_create(
        Profession(
            slug=usual.slug,
            name=usual.name,
            feminine_name=usual.feminine,
            plural_name=usual.plural,
            role_code=usual.role_code,
            is_medical_doctor=usual.is_doctor,
            can_be_attending_doctor=usual.attending,
            information_category=InformationCategory.OTHER
            if usual.other_category
            else InformationCategory.HEALTH,
            position=position * 10,
        )
        for position, usual in enumerate(PROFESSIONS)
        if usual.slug not in slugs and usual.name not in names
    )
    AuditEvent.objects.bulk_create(event(actor, "profession.taken", row) for row in rows)
    return len(rows)
