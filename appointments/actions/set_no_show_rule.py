from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from appointments.models import NoShowRule
from core import clock
from core.audit.record import record
from practitioners.models import Centre


@transaction.atomic
def set_no_show_rule(
    centre: Centre, *, most: int, period: timedelta, is_enabled: bool, actor: User
) -> NoShowRule:
    """The rule from today on; what held before stays on record. Changing it twice a day is one row."""
    rule, _made = NoShowRule.objects.update_or_create(
        centre=centre,
        since=clock.today(),
        defaults={"most": most, "period": period, "is_enabled": is_enabled},
    )
    record(actor, "no_show_rule.set", rule, most=most, days=period.days, enabled=is_enabled)
    return rule
