"""Sign-in as people do it: an address, a code out of the mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache

from accounts.models import User
from tests.factories.accounts import UserFactory

PASSWORD = "correct cheval pile agrafe"


@pytest.fixture(autouse=True)
def _fresh_counters() -> Iterator[None]:
    """Rate limits are counted in the cache, and all tests come from one address."""
    cache.clear()
    yield
    cache.clear()


def make_account(email: str, password: str | None = None, **fields: object) -> User:
    user = UserFactory(email=email, **fields)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def last_code() -> str:
    found = re.search(r"^\d{6}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group()


def totp_code(secret: str) -> str:
    """What the application of the telephone shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
