"""A visit of tomorrow on the schedule, and the screen of the secretary who has it open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from appointments.models import Appointment, VisitReason
from core import clock
from tests.e2e.entrance import let_in
from tests.e2e.server import AsgiServer
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory


@pytest.fixture
def tomorrow(transactional_db: None) -> Any:
    """Hours of tomorrow, so that no visit of these stories is ever past."""
    midnight = clock.day_bounds(clock.today() + timedelta(days=1))[0]
    return lambda hour, minute=0: midnight + timedelta(hours=hour, minutes=minute)


@pytest.fixture
def reason(tomorrow: Any) -> VisitReason:
    reason = VisitReasonFactory(name="Consultation", practitioner__last_name="Aubert")
    OpeningFactory(practitioner=reason.practitioner, start_at=tomorrow(9), end_at=tomorrow(12))
    return reason


@pytest.fixture
def visit(reason: VisitReason, tomorrow: Any) -> Appointment:
    patient = PatientFactory(birth_name="Un", birth_first_names="Zoé")
    return AppointmentFactory(reason=reason, patient=patient, start_at=tomorrow(9))


@pytest.fixture
def page(browser: Browser, live_server: AsgiServer, secretary: User) -> Iterator[Page]:
    """The secretary's screen, signed in."""
    # High enough that no drag comes near the edge, where the calendar scrolls by itself.
    context = browser.new_context(
        viewport={"width": 1366, "height": 1400}, locale="fr-FR", timezone_id="Europe/Paris"
    )
    let_in(context, live_server, secretary)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def day_of(visit: Appointment) -> str:
    return f"{reverse('schedule')}?jour={clock.local(visit.start_at).date().isoformat()}"


def open_schedule(page: Page, live_server: AsgiServer, visit: Appointment, shown: int = 1) -> None:
    page.goto(f"{live_server}{day_of(visit)}")
    expect(page.locator(".ev-open")).to_have_count(shown)
    page.evaluate("window.still_here = true")
