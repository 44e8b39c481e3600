"""A weekly pattern, and the hours that one reads on the wall for its openings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine

from core import clock
from tests.factories.appointments import OpeningRuleFactory


@pytest.fixture(autouse=True)
def monday_morning():
    with time_machine.travel(datetime(2026, 3, 2, 8, tzinfo=UTC), tick=False):
        yield


def rule_for(**fields):
    fields = {"valid_from": date(2026, 3, 2), "start_time": time(8), "end_time": time(12), **fields}
    return OpeningRuleFactory(**fields)


def local_hours(openings):
    return [
        f"{clock.local(o.start_at):%Y-%m-%d %H:%M}–{clock.local(o.end_at):%H:%M}"
        for o in openings.order_by("start_at")
    ]
