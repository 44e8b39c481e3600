"""How an account wants to be told, and in which language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from patients.models import NoticePreference
from patients.signals import notices_changed

CHOICES = ("by_email", "by_sms", "week_before", "days_before", "hours_before")


def set_notices(user: User, choices: Mapping[str, Any]) -> NoticePreference:
    """`choices`: cleaned data of `NoticeForm`. Reminders that already wait follow them."""
    with transaction.atomic():
        preference, _created = NoticePreference.objects.update_or_create(
            user=user, defaults={name: choices[name] for name in CHOICES}
        )
        user.language = choices["language"]
        user.save(update_fields=["language"])
        record(user, "notices.chosen", preference, **{name: choices[name] for name in (*CHOICES, "language")})
        notices_changed.send(sender=NoticePreference, user=user)
    return preference
