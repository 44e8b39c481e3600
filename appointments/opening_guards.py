"""Rooms above for which an opening is something of theirs: asked before it is cancelled or reopened by hand."""

from __future__ import annotations

from collections.abc import Callable

from appointments.models import Opening

# Raises a Refusal that says where it is done instead.
type Guard = Callable[[Opening], None]
_guards: list[Guard] = []


def add_guard(guard: Guard) -> None:
    """Called once by the room that holds openings."""
    if guard not in _guards:
        _guards.append(guard)


def ask_guards(opening: Opening) -> None:
    for guard in _guards:
        guard(opening)
