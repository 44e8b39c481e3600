"""The first administrator of a new house: there is nobody yet who could give the hat by hand."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.actions.open_account import open_account
from accounts.models import Role, User
from core import clock
from core.audit.record import record


@transaction.atomic
def appoint_administrator(email: str) -> tuple[User, bool]:
    """The account, and whether it had to be appointed. Whoever calls this speaks for the machine: the address counts
    as confirmed, and signing in still takes the code that is sent there, then the second factor."""
    user = open_account(email)
    EmailAddress.objects.filter(user=user, email=user.email, verified=False).update(verified=True)
    held = user.role_assignments.in_force().filter(role=Role.ADMINISTRATOR).exists()
    if held and user.is_staff and user.is_active:
        return user, False
    if not held:
        user.role_assignments.create(role=Role.ADMINISTRATOR, since=clock.today())
    user.is_staff = user.is_active = True
    user.save(update_fields=["is_staff", "is_active"])
    record(None, "account.appointed", user, role=Role.ADMINISTRATOR.value)
    return user, True
