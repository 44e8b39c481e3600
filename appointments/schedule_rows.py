"""What the rows of the schedule have in common."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core import clock


class Timed:
    """Two instants, read as dates by the screens."""

    start: int
    end: int

    @property
    def start_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, tz=UTC)

    @property
    def end_at(self) -> datetime:
        return datetime.fromtimestamp(self.end, tz=UTC)

    @property
    def day(self) -> date:
        return clock.local(self.start_at).date()
