"""Why a door is shut, for whoever holds its key. Who does not, reads 404 and learns nothing."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from teleconsult.models import VideoState, VideoVisit


class Closed(Enum):
    EARLY = auto()
    LATE = auto()
    CANCELLED = auto()
    OVER = auto()
    REVOKED = auto()


def why_closed(visit: VideoVisit, now: datetime) -> Closed | None:
    """None where one may come in now; the appointment is at hand."""
    if visit.state == VideoState.CANCELLED:
        return Closed.CANCELLED
    if not visit.is_open:
        return Closed.OVER
    if now < visit.opens_at:
        return Closed.EARLY
    if now >= visit.closes_at:
        return Closed.LATE
    return None
