"""The coordinator's desk about partners in a real browser: two sessions ticked by keyboard, confirmed at one stroke."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from core import clock
from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession, SessionState
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sessions(transactional_db: None) -> list[ConsultationSession]:
    coordinator = make_account("coordination@example.org", PASSWORD)
    RoleAssignmentFactory(user=coordinator, role=Role.COORDINATOR)
    programme = AdvancedConsultationFactory()
    today = clock.today()
    AgreementFactory(
        partner=programme.partner,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=400),
        signed_on=today - timedelta(days=40),
    )
    holder = PractitionerFactory(kind="visiting", last_name="Fournier")
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    return [
        add_session(
            ConsultationSession(
                programme=programme,
                practitioner=holder,
                start_at=start + timedelta(days=days),
                end_at=start + timedelta(days=days, hours=3),
                seats=4,
            ),
            actor=coordinator,
        )
        for days in range(3)
    ]


def test_two_are_confirmed_at_one_stroke(
    screen: Page, live_server: object, sessions: list[ConsultationSession]
) -> None:
    enter(screen, live_server, User.objects.get(email="coordination@example.org"))
    screen.goto(f"{live_server}{reverse('partners_desk')}")
    no_barrier(screen)
    boxes = screen.locator('input[name="seance"][type="checkbox"]')
    for number in (0, 2):
        boxes.nth(number).focus()
        screen.keyboard.press("Space")
    expect(screen.locator("[data-ticked]")).to_have_text("2")
    screen.get_by_label("Qui l’a dit, chez le partenaire").fill("Nadine Obin")
    screen.get_by_test_id("confirmer").press("Enter")
    expect(screen.get_by_test_id("results").get_by_role("listitem")).to_have_count(2)
    no_barrier(screen)
    found = list(ConsultationSession.objects.order_by("start_at").values_list("state", "confirmed_by"))
    confirmed = (SessionState.CONFIRMED, "Nadine Obin")
    assert found == [confirmed, (SessionState.PLANNED, ""), confirmed]
