from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.unfold import unfold
from appointments.actions.watch import watch
from appointments.models import OpeningRule, VisitReason
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def add_rule(
    rule: OpeningRule, reasons: Iterable[VisitReason], *, actor: AbstractBaseUser | None
) -> OpeningRule:
    """A new weekly pattern, open at once over the whole horizon."""
    with watch([rule.practitioner_id], Cause.RULE_CHANGED) as watched:
        rule.save(force_insert=True)
        rule.reasons.set(reasons)
        unfold([rule.pk])
    record(actor, "rule.add", rule, pattern=str(rule), settled=watched.settled)
    return rule
