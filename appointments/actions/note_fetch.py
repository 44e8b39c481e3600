"""Who reads the agenda from outside, and when its content last changed.

A fetch is a GET, and this is the one thing that it writes: without it nobody could see that an address which leaked is
being read. At most once in five minutes per feed, unless the content changed.
"""

from __future__ import annotations

from datetime import timedelta

from appointments.models import CalendarFeed
from core import clock

NOTED_EVERY = timedelta(minutes=5)


def note_fetch(feed: CalendarFeed, version: str, user_agent: str) -> None:
    now = clock.now()
    changed = feed.version != version
    if not changed and feed.fetched_at is not None and now - feed.fetched_at < NOTED_EVERY:
        return
    feed.fetched_at, feed.fetched_by = now, _printable(user_agent)
    if changed:
        feed.version, feed.changed_at = version, now.replace(microsecond=0)
    CalendarFeed.objects.filter(pk=feed.pk).update(
        fetched_at=feed.fetched_at,
        fetched_by=feed.fetched_by,
        version=feed.version,
        changed_at=feed.changed_at,
    )


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:120]
