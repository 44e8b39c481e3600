"""What this room learns from elsewhere."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from core.outbox.signals import address_refused
from patients.actions.flag_refused_address import flag_refused_address


@receiver(address_refused, dispatch_uid="patients.flag_refused_address")
def on_address_refused(sender: Any, channel: str, address: str, **_: Any) -> None:
    flag_refused_address(channel, address)
