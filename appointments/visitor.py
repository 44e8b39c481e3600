"""Whoever is in front of the screen, signed in or not: the key under which he holds a slot."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

SESSION_KEY = "visitor"


def holder_of(request: HttpRequest) -> str:
    """Empty for somebody who never held anything. Survives signing in: Django keeps the session's content."""
    key: str = request.session.get(SESSION_KEY, "")
    return key


def become_holder(request: HttpRequest) -> str:
    """Only from a POST: this writes the session."""
    if not request.session.get(SESSION_KEY):
        request.session[SESSION_KEY] = secrets.token_urlsafe(32)
    return holder_of(request)
