"""A programme on every second Thursday, and the paper calendar that it is held against."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.partnerships import (
    SessionPatternFactory,
    agreed_programme,
)
from tests.factories.practitioners import PractitionerFactory, RoomFactory

TODAY = date(2026, 11, 22)

# Written with a paper calendar: every second Thursday counted from 19 November 2026. 31 December is a Thursday of the
# rhythm; 1 January is not; 6 May 2027 is Ascension.
BY_HAND = [
    *("2026-12-03", "2026-12-17", "2026-12-31"),
    *("2027-01-14", "2027-01-28", "2027-02-11", "2027-02-25", "2027-03-11", "2027-03-25"),
    *("2027-04-08", "2027-04-22", "2027-05-20", "2027-06-03", "2027-06-17"),
    *("2027-07-01", "2027-07-15", "2027-07-29", "2027-08-12", "2027-08-26", "2027-09-09", "2027-09-23"),
    *("2027-10-07", "2027-10-21", "2027-11-04", "2027-11-18"),
]


@pytest.fixture
def programme(sunday):
    return agreed_programme()


@pytest.fixture
def pattern(programme, coordinator):
    return SessionPatternFactory.build(
        programme=programme,
        practitioner=PractitionerFactory(kind="visiting", last_name="Fournier"),
        room=RoomFactory(place=programme.place),
    )
