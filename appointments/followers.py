"""Rooms above that must know at once when a visit is booked, moved, given back or changes its state: told in the
same transaction. Every booking asks each of them: one whose business it is not must find out without a query."""

from __future__ import annotations

from collections.abc import Callable

from appointments.models import Appointment

# Called with the visit as it is now.
type Follower = Callable[[Appointment], None]
_followers: list[Follower] = []


def add_follower(follower: Follower) -> None:
    """Called once by the room that follows."""
    if follower not in _followers:
        _followers.append(follower)


def tell_followers(visit: Appointment) -> None:
    for follower in _followers:
        follower(visit)
