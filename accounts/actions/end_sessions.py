"""Sessions end: all the others when a password or a factor changes, all of them when an account closes."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase

from accounts.models import User


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """How many were ended. `keep`: the key of the session that goes on."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def renew_key(session: SessionBase) -> None:
    """A new key for the same session, so that one that was overheard before is worth nothing."""
    before = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)
