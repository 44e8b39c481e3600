from datetime import datetime

import pytest

from core import clock
from core.outbox import quiet_hours


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.PARIS)


def shown(instant: datetime) -> str:
    return f"{clock.local(instant):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [("07:59", True), ("08:00", False), ("12:00", False), ("20:59", False), ("21:00", True), ("00:00", True)],
)
def test_from_21_h_to_8_h(hour, quiet):
    assert quiet_hours.is_quiet(paris(f"2026-11-23 {hour}")) is quiet


@pytest.mark.parametrize(
    ("moment", "morning", "evening"),
    [
        ("2026-11-23 22:00", "2026-11-24 08:00", "2026-11-23 20:30"),
        ("2026-11-24 03:00", "2026-11-24 08:00", "2026-11-23 20:30"),
        # The night of 24 October is an hour longer, that of 27 March an hour shorter.
        ("2026-10-24 23:00", "2026-10-25 08:00", "2026-10-24 20:30"),
        ("2027-03-28 01:30", "2027-03-28 08:00", "2027-03-27 20:30"),
        ("2026-12-31 23:30", "2027-01-01 08:00", "2026-12-31 20:30"),
    ],
)
def test_the_edges_of_the_night(moment, morning, evening):
    instant = paris(moment)
    assert shown(quiet_hours.morning_after(instant)) == morning
    assert shown(quiet_hours.evening_before(instant)) == evening


def test_by_day_nothing_changes():
    noon = paris("2026-11-23 12:00")
    assert quiet_hours.by_day(noon, latest=noon) == noon
