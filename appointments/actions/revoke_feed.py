from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments.models import CalendarFeed
from core import clock
from core.audit.record import record


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, actor: User) -> None:
    """The address answers nobody any more. Twice is once."""
    if CalendarFeed.objects.live().filter(pk=feed.pk).update(revoked_at=clock.now()):
        record(actor, "feed.revoke", feed)
