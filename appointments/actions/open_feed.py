"""A secret address for one's agenda. The token is answered once, to be shown once; the table keeps its digest."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.models import CalendarFeed
from appointments.models.calendar_feed import MOST_FEEDS, digest_of, new_token
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class TooManyFeeds(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Vous avez déjà %(most)s adresses. Fermez-en une avant d’en créer une autre.")
            % {"most": MOST_FEEDS}
        )


class FeedIsClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette adresse est fermée. Créez-en une nouvelle."))


@transaction.atomic
def open_feed(feed: CalendarFeed, *, actor: User) -> str:
    """Save a new feed; answers its token."""
    lock("calendar_feeds", feed.practitioner_id)
    if CalendarFeed.objects.live().filter(practitioner=feed.practitioner_id).count() >= MOST_FEEDS:
        raise TooManyFeeds
    token = new_token()
    feed.digest, feed.created_by_id = digest_of(token), actor.pk
    feed.save(force_insert=True)
    record(actor, "feed.open", feed, detail=feed.detail, absences=feed.with_absences)
    return token


@transaction.atomic
def renew_feed(feed: CalendarFeed, *, actor: User) -> str:
    """The old address stops at once; answers the token of the new one."""
    feed = CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    if feed.revoked_at is not None:
        raise FeedIsClosed
    token = new_token()
    feed.digest, feed.renewed_at = digest_of(token), clock.now()
    feed.fetched_at, feed.fetched_by = None, ""
    feed.save(update_fields=["digest", "renewed_at", "fetched_at", "fetched_by"])
    record(actor, "feed.renew", feed)
    return token
