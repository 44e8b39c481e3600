"""The reminders that patients expect: a week before by e-mail, two days and two hours before."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.models.reminder import ReminderKind, ReminderRule
from core.audit.models import AuditEvent
from core.audit.record import event
from practitioners.models import Centre

HOUR = 60
LEADS = (
    (ReminderKind.WEEK_BEFORE, 7 * 24 * HOUR, True),
    (ReminderKind.DAYS_BEFORE, 2 * 24 * HOUR, False),
    (ReminderKind.HOURS_BEFORE, 2 * HOUR, False),
)


@transaction.atomic
def take_usual_reminders(centre: Centre, actor: AbstractBaseUser | None) -> int:
    """How many were added: a reminder that the house has set, or switched off, stays as it is."""
    known = set(ReminderRule.objects.filter(centre=centre, reason=None).values_list("kind", flat=True))
    rows = ReminderRule.objects.bulk_create(
        ReminderRule(centre=centre, kind=kind, lead_minutes=minutes, email_only=email_only)
        for kind, minutes, email_only in LEADS
        if kind not in known
    )
    AuditEvent.objects.bulk_create(event(actor, "reminder.taken", row) for row in rows)
    return len(rows)
