from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.unfold import unfold
from appointments.actions.watch import Watched, watch
from appointments.models import OpeningRule, VisitReason
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def change_rule(
    rule: OpeningRule, reasons: Iterable[VisitReason], *, actor: AbstractBaseUser | None
) -> Watched:
    """Replace what the rule had opened from today on; keep what was edited or cancelled by hand.

    Patients whose time is no longer open are on the worklist when this returns.
    """
    with watch([rule.practitioner_id], Cause.RULE_CHANGED) as watched:
        before = OpeningRule.objects.select_for_update(of=("self",), no_key=True).get(pk=rule.pk)
        rule.save(force_update=True)
        rule.reasons.set(reasons)
        unfold([rule.pk])
    record(
        actor,
        "rule.change",
        rule,
        before=str(before),
        after=str(rule),
        stranded=watched.stranded,
        settled=watched.settled,
    )
    return watched
