"""An account closes for good: nobody can enter, and nothing in it names the person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.actions.end_sessions import end_sessions
from accounts.models import User
from core.audit.record import record


def close_account(user: User, *, actor: User | None) -> None:
    """The row stays, emptied: the trail and past appointments point to it."""
    with transaction.atomic():
        record(actor, "account.closed", user)
        end_sessions(user)
        Authenticator.objects.filter(user=user).delete()
        EmailAddress.objects.filter(user=user).delete()
        user.email = f"compte-{user.pk}@efface.invalid"
        user.first_name = user.last_name = ""
        user.phone = ""
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["email", "first_name", "last_name", "phone", "is_active", "password"])
