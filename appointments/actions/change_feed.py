from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import CalendarFeed
from core.audit.record import record


@transaction.atomic
def change_feed(feed: CalendarFeed, *, actor: User) -> None:
    """Other name, other detail: the address stays."""
    feed.save(update_fields=["label", "detail", "with_absences"])
    record(actor, "feed.change", feed, detail=feed.detail, absences=feed.with_absences)
