"""How a patient comes to a visit that is given through a screen: its link, and from when on it opens.

This room knows no video: it asks whoever registered (`set_doorman`), and only for visits in video, so that all other
messages and pages cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from appointments.models import Appointment, PlaceKind


@dataclass(frozen=True)
class WayIn:
    """`link` is signed and goes into messages to the patient; `path` is for whoever is signed in."""

    link: str
    path: str
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


# The ways in of these visits (by key), of those that still stand; one query.
type Doorman = Callable[[Collection[int]], Mapping[int, WayIn]]
_doorman: Doorman | None = None


def set_doorman(doorman: Doorman) -> None:
    """Called once, by the room that knows."""
    global _doorman  # noqa: PLW0603 – one per process, set when it starts
    _doorman = doorman


def ways_in(visits: Iterable[Appointment]) -> Mapping[int, WayIn]:
    keys = {visit.pk for visit in visits if visit.place_kind == PlaceKind.VIDEO}
    return _doorman(keys) if _doorman is not None and keys else {}
