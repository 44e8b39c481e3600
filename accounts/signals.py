"""What happens to sessions, and to the trail, when somebody signs in or changes how he proves who he is."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from accounts import sessions
from accounts.actions.answer_reset import note_reset, note_second_proof
from accounts.actions.end_sessions import end_sessions, renew_key
from accounts.models import User
from core.audit.record import record

# Sent with `user`: his password was set anew by somebody who reads his mailbox. Whoever knows another way tells him.
mailbox_reset = Signal()
# Sent with `user`: of an account that had nothing but its mailbox, somebody who reads it chose a second proof.
second_proof_chosen = Signal()


@receiver(user_logged_in, dispatch_uid="session_begins")
def session_begins(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is None:
        return
    sessions.begin(request.session)
    record(user, "account.signed_in", user)


@receiver(authentication_step_completed, dispatch_uid="session_steps_up")
def session_steps_up(sender: Any, request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """Proving again who one is opens more doors: under a new key."""
    if reauthenticated:
        renew_key(request.session)


def _end_the_others(request: HttpRequest, user: User, action: str) -> None:
    own = request.user.is_authenticated and request.user.pk == user.pk
    if own:
        request.session.pop(sessions.SECOND_FACTOR_SEEN, None)
        renew_key(request.session)
    ended = end_sessions(user, keep=request.session.session_key if own else None)
    record(user, action, user, sessions_ended=ended)


@receiver(password_set, dispatch_uid="first_password_is_a_proof")
def first_password_is_a_proof(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who has chosen it a moment ago is not asked for it."""
    record_authentication(request, user, method="password", reauthenticated=True)
    _say_if_first(user)


@receiver(authenticator_added, dispatch_uid="new_factor_is_a_proof")
def new_factor_is_a_proof(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Nor for the key or the application, before the codes of rescue that come with it are shown."""
    record_authentication(
        request, user, method="mfa", type=kwargs["authenticator"].type, reauthenticated=True
    )
    if kwargs["authenticator"].type != Authenticator.Type.RECOVERY_CODES:  # these come with it
        _say_if_first(user)


def _say_if_first(user: User) -> None:
    with transaction.atomic():
        if note_second_proof(user):
            second_proof_chosen.send(sender=User, user=user)


@receiver(password_reset, dispatch_uid="reset_waits")
def reset_waits(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    with transaction.atomic():
        note_reset(user)
        mailbox_reset.send(sender=User, user=user)


@receiver([password_changed, password_set, password_reset], dispatch_uid="password_ends_sessions")
def password_ends_sessions(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _end_the_others(request, user, "account.password_changed")


@receiver(
    [authenticator_added, authenticator_removed, authenticator_reset], dispatch_uid="factor_ends_sessions"
)
def factor_ends_sessions(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _end_the_others(request, user, "account.factor_changed")


@receiver(email_changed, dispatch_uid="email_leaves_a_trace")
def email_leaves_a_trace(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The first confirmation of the address that the account was opened with changes nothing."""
    before, after = kwargs.get("from_email_address"), kwargs["to_email_address"]
    if before is not None and before.email != after.email:
        record(user, "account.email_changed", user)
