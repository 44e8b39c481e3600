"""Devices from which somebody has proved, by a code to his address, that they are his: remembered by themselves.

A signed cookie and no row: it names nobody, ends after thirty days, and with the password that it was given for.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from core import clock

REMEMBERED_FOR = timedelta(days=30)
SALT = "accounts.device"
# A family shares a tablet.
MOST_PEOPLE = 5

type Known = list[tuple[str, int]]


def is_known(request: HttpRequest, user: User) -> bool:
    mark = _mark(user)
    return any(constant_time_compare(mark, known) for known, _since in _known(request))


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    mark = _mark(user)
    others = [one for one in _known(request) if one[0] != mark]
    known = [*others, (mark, int(clock.now().timestamp()))][-MOST_PEOPLE:]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(known, salt=SALT),
        max_age=REMEMBERED_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(user: User) -> str:
    """Another password, and no device is known any more."""
    return salted_hmac(SALT, f"{user.pk}|{user.password}", algorithm="sha256").hexdigest()


def _known(request: HttpRequest) -> Known:
    """What was remembered less than thirty days ago; each person's time counts by itself."""
    try:
        found: Known = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT)
    except signing.BadSignature:
        return []
    oldest = (clock.now() - REMEMBERED_FOR).timestamp()
    return [(mark, since) for mark, since in found if since > oldest]
