"""The address at which a calendar program reads a doctor's agenda, and what it finds there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tests.factories.calendars import CalendarFeedFactory

TOKEN = "k3jH5-aT_x9Qw2LmN8pRk3jH5-aT_x9Qw2LmN8pR"


@pytest.fixture
def feed(doctor):
    return CalendarFeedFactory(practitioner=doctor.practitioner, token=TOKEN)


def fetch(client: Client, token: str = TOKEN, **headers: str) -> Any:
    return client.get(reverse("calendar_feed", args=[token]), headers=headers)


def entries(response: Any) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}
