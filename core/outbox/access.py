from __future__ import annotations

from typing import Any

from django.http import Http404

# The administrator keeps the queue alive; the desk must know who was not reached.
OPERATORS = frozenset({"administrator", "secretary"})


def may_watch_messages(user: Any) -> bool:
    return bool(OPERATORS & user.roles)


def require_operator(user: Any) -> None:
    """For everybody else the page does not exist."""
    if not may_watch_messages(user):
        raise Http404
