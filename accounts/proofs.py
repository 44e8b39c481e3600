"""How much a patient must prove before he reads about health, and from when on a new password proves anything."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

# A password that was set anew through the mailbox proves no more than the mailbox, until its owner had a day to object.
RESET_WAIT = timedelta(hours=24)


def asks_two() -> bool:
    """Not in the demonstration, nor in a house that has renounced codes for unknown devices."""
    return bool(settings.CODE_ON_UNKNOWN_DEVICE and not settings.DEMO)
