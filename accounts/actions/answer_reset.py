"""A password was set anew through the mailbox: it waits a day, opens earlier on the desk's word, or nobody enters."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.end_sessions import end_sessions
from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class NothingWaits(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Rien n’attend plus : ce mot de passe ouvre déjà tout, ou l’accès est bloqué."))


def note_reset(user: User) -> None:
    """Again and again, the day begins anew each time."""
    user.password_reset_at = clock.now()
    user.save(update_fields=["password_reset_at"])


@transaction.atomic
def confirm_reset(user: User, *, patient_id: int, actor: User, evidence: str) -> None:
    """The desk knows that it was the owner; `evidence`: how, in words. NothingWaits where the day is over."""
    user = _waiting(user)
    user.password_reset_at = None
    user.save(update_fields=["password_reset_at"])
    record(actor, "account.reset_confirmed", user, patient_id=patient_id, reason=evidence)


@transaction.atomic
def block_account(user: User, *, patient_id: int, actor: User, reason: str) -> None:
    """It was somebody else: nobody enters any more, and what he added goes. An administrator opens it again, with an
    address that only its owner reads. NothingWaits where the day is over.
    """
    user = _waiting(user)
    Authenticator.objects.filter(user=user, created_at__gte=user.password_reset_at).delete()
    end_sessions(user)
    user.is_active = False
    user.set_unusable_password()
    user.password_reset_at = None  # with the password, what waits for it
    user.save(update_fields=["is_active", "password", "password_reset_at"])
    record(actor, "account.blocked", user, patient_id=patient_id, reason=reason)


def _waiting(user: User) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.reset_waits_until is None or not user.is_active:
        raise NothingWaits
    return user
