"""Somebody has proved that an address is his: the account that it belongs to, or a new one."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import translation

from accounts.models import Language, User
from core.audit.record import record


def open_account(email: str) -> User:
    """To be called once the code that was sent there has come back; the address still is to be marked confirmed.

    An address that somebody else typed into his own account without confirming it is not his: it counts for nothing.
    """
    email = email.strip().lower()
    confirmed = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    if confirmed is not None:
        user: User = confirmed.user
        return user
    with transaction.atomic():
        user, created = User.objects.get_or_create(email=email, defaults={"language": _language()})
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            record(AnonymousUser(), "account.opened", user)
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
    return user


def _language() -> str:
    spoken = (translation.get_language() or "")[:2]
    return spoken if spoken in Language.values else Language.FRENCH
