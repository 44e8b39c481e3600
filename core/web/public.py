"""The whole address of a page, for what is read outside the portal: a message, a poster, a mail programme."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def public_address(name: str, *args: object) -> str:
    """By the name of its URL."""
    return str(settings.PUBLIC_URL).rstrip("/") + reverse(name, args=args)
