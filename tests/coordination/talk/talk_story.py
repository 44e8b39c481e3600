"""What each one of a team has not read; and a request that nobody made by hand."""

from __future__ import annotations

from coordination.conversation_access import inbox_of

UNATTENDED = {"X-Unattended": "yes"}


def unread(user) -> list[int]:
    return list(inbox_of(user).order_by("pk").values_list("unread", flat=True))
