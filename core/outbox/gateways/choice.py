from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from core.outbox.gateways.base import Gateway


def for_channel(channel: str) -> Gateway:
    gateway = import_string(settings.OUTBOX_GATEWAYS[channel])()
    if not isinstance(gateway, Gateway):
        raise ImproperlyConfigured(f"OUTBOX_GATEWAYS[{channel!r}] is not a gateway")
    return gateway
