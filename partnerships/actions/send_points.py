"""Every Monday from 8 h, each partner's contacts are told where things stand. Once a week, whatever happens."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from core import clock
from core.audit.record import record
from core.db import insert_or_none
from core.outbox import quiet_hours
from partnerships import notifications_point
from partnerships.models import Partner, PartnerContact, PartnerDigest
from partnerships.partner_point import point_of

# A run that was missed on Monday is made up until Wednesday evening; after that the next week is near enough.
LAST_WEEKDAY = 2


def send_points(now: datetime | None = None) -> int:
    """How many messages were written. Any number of times a day, by any number of workers."""
    now = now or clock.now()
    today = clock.local(now).date()
    if today.weekday() > LAST_WEEKDAY or quiet_hours.is_quiet(now):
        return 0
    week = today - timedelta(days=today.weekday())
    wanted = PartnerContact.objects.filter(
        receives_digest=True, partner__in=Partner.objects.current(today).order_by().values("pk")
    )
    fresh = wanted.exclude(digests__week=week).order_by("pk")
    return sum(_send(contact, week, now) for contact in fresh)


@transaction.atomic
def _send(contact: PartnerContact, week: date, now: datetime) -> bool:
    """A week without anything to say is seen to as well: nothing is told late."""
    digest = insert_or_none(PartnerDigest(contact=contact, week=week))
    if digest is None:
        return False
    point = point_of(contact, now)
    if point is None:
        return False
    notifications_point.partner_point(digest, point)
    record(None, "partner.point_sent", contact, week=week.isoformat())
    return True
