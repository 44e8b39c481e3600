"""Somebody who reads a mailbox chose how one enters the account: the desk knows whether it was its owner.

A password that was set anew waits a day, or for the desk; the very first one opens at once, and the desk may shut it.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.end_sessions import end_sessions
from accounts.models import User
from accounts.proofs import RESET_WAIT
from accounts.sessions import factors_of
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


def note_second_proof(user: User) -> bool:
    """Whether this is in doubt: the only proof of an account that had nothing but its mailbox until now.

    Not on the day on which it was opened: then there is nothing yet that somebody else could want.
    """
    proofs_of = factors_of(user).count() + user.has_usable_password()
    if proofs_of != 1 or user.works_here or user.date_joined >= clock.now() - RESET_WAIT:
        return False
    user.second_proof_at = clock.now()
    user.save(update_fields=["second_proof_at"])
    return True


@transaction.atomic
def confirm_reset(user: User, *, patient_id: int, actor: User, evidence: str) -> None:
    """The desk knows that it was the owner; `evidence`: how, in words. NothingWaits where the day is over."""
    user = _in_doubt(user)
    user.password_reset_at = user.second_proof_at = None
    user.save(update_fields=["password_reset_at", "second_proof_at"])
    record(actor, "account.reset_confirmed", user, patient_id=patient_id, reason=evidence)


@transaction.atomic
def block_account(user: User, *, patient_id: int, actor: User, reason: str) -> None:
    """It was somebody else: nobody enters any more, and what he added goes. An administrator opens it again, with an
    address that only its owner reads. NothingWaits where the day is over.
    """
    user = _in_doubt(user)
    added = Authenticator.objects.filter(user=user)
    if user.second_proof_at != user.doubted_since:  # before the very first proof there was none to keep
        added = added.filter(created_at__gte=user.doubted_since)
    added.delete()
    end_sessions(user)
    user.is_active = False
    user.set_unusable_password()
    user.password_reset_at = user.second_proof_at = None  # with the password, what waits for it
    user.save(update_fields=["is_active", "password", "password_reset_at", "second_proof_at"])
    record(actor, "account.blocked", user, patient_id=patient_id, reason=reason)


def _in_doubt(user: User) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.doubted_since is None or not user.is_active:
        raise NothingWaits
    return user
