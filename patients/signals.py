"""What this room tells to the rooms above, and what it learns from the ground."""

from __future__ import annotations

from typing import Any

from django.dispatch import Signal, receiver

from accounts.models import User
from accounts.signals import mailbox_reset, second_proof_chosen
from core.outbox.signals import address_refused
from patients import notifications
from patients.actions.flag_refused_address import flag_refused_address

# Sent with `user`, inside the transaction: how this account wants to be told has changed.
notices_changed = Signal()
# Sent with `patients` (keys), inside the transaction: visits and accounts have come to these records or left them.
records_changed_hands = Signal()
# Sent with `patient` and `keep_care`, inside the transaction: what can be forgotten of this person goes.
person_forgotten = Signal()

# Sent with `patient`: a room that keeps something of his care answers True, and he is not forgotten by himself.
record_is_kept = Signal()


@receiver(mailbox_reset, dispatch_uid="patients.tell_of_a_reset")
def on_mailbox_reset(sender: Any, user: User, **_: Any) -> None:
    notifications.password_reset(user)


@receiver(second_proof_chosen, dispatch_uid="patients.tell_of_a_second_proof")
def on_second_proof_chosen(sender: Any, user: User, **_: Any) -> None:
    notifications.second_proof_chosen(user)


@receiver(address_refused, dispatch_uid="patients.flag_refused_address")
def on_address_refused(sender: Any, channel: str, address: str, **_: Any) -> None:
    flag_refused_address(channel, address)
