"""The coordinator looks at a month: numbers, pictures made of tables, a file that leaves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Role
from appointments.models import Status
from core import clock
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator(transactional_db):
    user = make_account("coordination@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.COORDINATOR)
    reason = VisitReasonFactory()
    for days in range(1, 22):
        start = clock.at(clock.today() - timedelta(days=days), time(9))
        status = Status.NO_SHOW if days % 3 == 0 else Status.FULFILLED
        AppointmentFactory(
            reason=reason, start_at=start, status=status, booked_at=start - timedelta(days=days)
        )
    return user


def test_a_month_drawn_and_taken_away(screen, live_server, coordinator):
    enter(screen, live_server, coordinator)
    first = clock.today() - timedelta(days=30)
    screen.goto(f"{live_server}{reverse('figures')}?du={first}&au={clock.today()}")
    expect(screen.locator(".headline-value").first).to_have_text("14")
    expect(screen.locator("#chart-activite-dans-le-temps canvas")).to_be_visible()
    expect(screen.locator("#chart-activite-par-profession tbody tr")).to_have_count(1)
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Absences", exact=True).first)
    expect(screen.locator("#chart-absences-par-jour canvas")).to_be_visible()
    no_barrier(screen)
    with screen.expect_download() as taken:
        screen.get_by_role("button", name="Absences par jour de la semaine").click()
    assert taken.value.suggested_filename.startswith("absences-par-jour_")
