"""A person wants no more reminders, or wants them again. Confirmations and cancellations always leave."""

from __future__ import annotations

from django.db import transaction

from core.audit.record import record
from patients.models import NoticePreference


def stop_reminders(preference: NoticePreference) -> None:
    """Those that already wait are dropped when their time comes. Twice is once."""
    _switch(preference, "reminders.stopped", week_before=False, days_before=False, hours_before=False)


def resume_reminders(preference: NoticePreference) -> None:
    """Back to what every new account gets."""
    _switch(preference, "reminders.resumed", week_before=True, days_before=True, hours_before=False)


def _switch(preference: NoticePreference, action: str, **choices: bool) -> None:
    with transaction.atomic():
        preference = NoticePreference.objects.select_for_update(no_key=True).get(pk=preference.pk)
        if all(getattr(preference, name) == value for name, value in choices.items()):
            return
        for name, value in choices.items():
            setattr(preference, name, value)
        preference.save(update_fields=list(choices))
        record(preference.user, action, preference)
