"""A number that every page shows of one person: counted once a minute at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.cache import cache

from accounts.access import Visitor
from accounts.models import User

FRESH = 60


def _key(what: str, user_id: int) -> str:
    return f"coordination:{what}:{user_id}"


def remembered(user: Visitor, what: str, count: Callable[[User], int]) -> int:
    """Nought for a visitor, who is asked nothing."""
    if not isinstance(user, User):
        return 0
    number: int | None = cache.get(_key(what, user.pk))
    if number is None:
        number = count(user)
        cache.set(_key(what, user.pk), number, FRESH)
    return number


def forget(what: str, users: Iterable[int | None]) -> None:
    """What was known of these is no longer true."""
    cache.delete_many([_key(what, one) for one in users if one is not None])
