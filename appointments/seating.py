"""Openings that a room above counts by seats: how many may be seen in one, and who may take the next seat.

This room knows no session and no quota: it asks whoever registered (`set_usher`), and only for reasons that are marked
`is_seated`, so that all other bookings cost nothing. A search leaves out what its reader may not take
(`without_a_seat`); every way of booking and moving asks again, alone, before it writes (`take_seat`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from appointments.models import Appointment, VisitReason
from core.refusal import Refusal


@dataclass(frozen=True)
class Seeker:
    """For whom a seat is sought, who asks for it, and which visits (by key) are given back for it."""

    patient_id: int | None = None
    actor_id: int | None = None
    giving_up: frozenset[int] = frozenset()

    def but(self, visits: Iterable[int]) -> Seeker:
        return replace(self, giving_up=self.giving_up.union(visits))


# Nobody in particular: what anybody may take.
NOBODY = Seeker()


class NoSeat(Refusal):
    """The room above says no: the session is full, or what is left of it is kept for others."""


@dataclass(frozen=True)
class Usher:
    """`full`: of these openings (by key) those in which this seeker finds no seat, in a fixed number of queries.

    `take`: for a visit of this practitioner that begins then; the key of the opening in which it stands, None where no
    seats are counted. Lets one transaction at a time through, and raises `NoSeat`.
    """

    full: Callable[[Collection[int], Seeker], Collection[int]]
    take: Callable[[int, datetime, Seeker], int | None]


_usher: Usher | None = None


def set_usher(usher: Usher) -> None:
    """Called once, by the room that knows."""
    global _usher  # noqa: PLW0603 – one per process, set when it starts
    _usher = usher


def is_counted(reasons: Iterable[VisitReason]) -> bool:
    return _usher is not None and any(reason.is_seated for reason in reasons)


def without_a_seat(openings: Collection[int], seeker: Seeker) -> Collection[int]:
    return _usher.full(openings, seeker) if _usher is not None and openings else ()


def take_seat(visit: Appointment, seeker: Seeker = NOBODY) -> None:
    """In the booking's transaction, before the row is written; the visit then names its opening. Raises `NoSeat`.

    A visit that stands in this opening already keeps its seat. The reason is at hand.
    """
    if _usher is None or not visit.reason.is_seated:
        return
    who = Seeker(visit.patient_id or seeker.patient_id, visit.booked_by_id or seeker.actor_id)
    own = {key for key in (visit.pk, visit.moving_id) if key is not None}
    opening = _usher.take(visit.practitioner_id, visit.start_at, who.but(own))
    if opening is not None:
        visit.opening_id = opening
