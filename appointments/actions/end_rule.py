from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.unfold import unfold
from appointments.actions.watch import Watched, watch
from appointments.models import OpeningRule
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def end_rule(rule: OpeningRule, last_day: date, *, actor: AbstractBaseUser | None) -> Watched:
    """The pattern holds up to and including `last_day`. One that would end before it began is removed."""
    with watch([rule.practitioner_id], Cause.RULE_CHANGED) as watched:
        if last_day < rule.valid_from:
            rule.openings.filter(is_edited=False, cancelled_at=None).delete()
            subject_id = rule.pk
            rule.delete()
            rule.pk = subject_id  # the trail names what is gone
        else:
            rule.valid_until = last_day
            rule.save(update_fields=["valid_until"])
            unfold([rule.pk])
    record(
        actor,
        "rule.end",
        rule,
        pattern=str(rule),
        last_day=last_day.isoformat(),
        stranded=watched.stranded,
    )
    return watched
