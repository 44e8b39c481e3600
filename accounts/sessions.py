"""How long a session lives: idle and in all, shorter for those who see other people's data."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User
from core import clock

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# One write a minute at most, however many pages are read.
PRECISION = timedelta(minutes=1)


def limits_of(user: User) -> tuple[timedelta, timedelta]:
    """(idle, in all)."""
    limits: dict[str, tuple[timedelta, timedelta]] = settings.SESSION_LIMITS
    return limits["staff" if user.works_here else "patient"]


def begin(session: SessionBase) -> None:
    now = clock.now().timestamp()
    session[SIGNED_IN_AT] = now
    session[SEEN_AT] = now


def is_over(session: SessionBase, user: User) -> bool:
    """A session that does not know when it began is as old as can be."""
    idle, in_all = limits_of(user)
    now = clock.now().timestamp()
    begun, seen = session.get(SIGNED_IN_AT, 0.0), session.get(SEEN_AT, 0.0)
    return bool(now - seen >= idle.total_seconds() or now - begun >= in_all.total_seconds())


def touch(session: SessionBase) -> None:
    now = clock.now().timestamp()
    if now - session.get(SEEN_AT, 0.0) >= PRECISION.total_seconds():
        session[SEEN_AT] = now
