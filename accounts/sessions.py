"""How long a session lives: idle and in all, shorter for those who see other people's data."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import proofs
from accounts.models import User
from core import clock

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SECOND_FACTOR_SEEN = "has_second_factor"
# allauth's names of what proves more than that one reads a mailbox.
PROOFS = frozenset({"password", "mfa"})
# What a page asks for by itself says so in this header: nobody is thereby sitting in front of it.
UNATTENDED = "X-Unattended"
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


def owes_second_factor(user: User, session: SessionBase) -> bool:
    """Nobody sees other people's data with one factor. Asked once a session; the mark goes when a factor changes."""
    if settings.DEMO or not user.works_here or session.get(SECOND_FACTOR_SEEN):
        return False
    if factors_of(user).exists():
        session[SECOND_FACTOR_SEEN] = True
        return False
    return True


def is_light(request: HttpRequest, user: User) -> bool:
    """Nothing but the mailbox has opened this session: it books, and reads nothing about anybody's health.

    A password counts as a second proof, since on a device that nobody knows it was asked together with a code. One
    that was set anew through the mailbox does not yet, nor does a factor that was added with it.
    """
    if not proofs.asks_two() or user.works_here:
        return False
    given = PROOFS.intersection(one["method"] for one in get_authentication_records(request, user))
    if user.reset_waits_until is None:
        return not given
    return "mfa" not in given or not factors_of(user).filter(created_at__lt=user.password_reset_at).exists()


def factors_of(user: User) -> QuerySet[Authenticator]:
    """His applications and keys; codes of rescue come with them and are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=kinds)
    return factors


def user_of(session_key: str) -> User | None:
    """Who is signed in under this key, by the rules of every page. For what has no request of its own: a socket."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not isinstance(user, User) or is_over(request.session, user):
        return None
    return None if owes_second_factor(user, request.session) else user
