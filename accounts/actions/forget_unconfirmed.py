"""Addresses that were typed and never confirmed do not stay."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef

from accounts.models import RoleAssignment, User
from core import clock

KEPT = timedelta(days=2)


def forget_unconfirmed() -> int:
    """Accounts that nobody ever entered: no sign-in, no password, no role. How many went."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    never_entered = User.objects.filter(
        ~Exists(confirmed),
        ~Exists(RoleAssignment.objects.filter(user=OuterRef("pk"))),
        last_login=None,
        is_staff=False,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
        date_joined__lt=clock.now() - KEPT,
    )
    keys = list(never_entered.values_list("pk", flat=True))
    User.objects.filter(pk__in=keys).delete()
    return len(keys)
