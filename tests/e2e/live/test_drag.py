"""A visit is dragged over the schedule, made longer, sent back, and moved without a mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role
from appointments.models import Appointment, VisitReason
from tests.e2e.conftest import no_barrier
from tests.e2e.entrance import let_in
from tests.e2e.live.conftest import open_schedule
from tests.e2e.server import AsgiServer
from tests.factories.accounts import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def drag(page: Page, visit: str, minutes: int) -> None:
    """By the mouse, up or down: ten minutes are twenty pixels."""
    box = page.locator(f".ev-open:has-text('{visit}')").bounding_box()
    assert box
    x, y = box["x"] + 30, box["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10, steps=3)
    page.mouse.move(x, y + minutes * 2, steps=6)
    page.mouse.up()


def test_a_visit_is_dragged_and_taken_back(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    drag(page, "Zoé Un", 60)
    toast = page.locator("#schedule-toasts .toast-line")
    expect(toast).to_contain_text("Rendez-vous déplacé au")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("10\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(10)
    toast.get_by_role("button", name="Annuler").click()
    expect(toast).to_contain_text("Remis à 9\u00a0h. Le patient n’a rien reçu.")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("9\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)
    assert page.evaluate("window.still_here")


def test_a_colleague_s_visit_does_not_move(
    browser: Browser, live_server: AsgiServer, visit: Appointment, reason: VisitReason
) -> None:
    """What the server would refuse cannot be taken in hand."""
    nurse = UserFactory()
    RoleAssignmentFactory(user=nurse, role=Role.PRACTITIONER)
    context = browser.new_context(viewport={"width": 1366, "height": 800}, locale="fr-FR")
    let_in(context, live_server, nurse)
    page = context.new_page()
    open_schedule(page, live_server, visit)
    expect(page.locator(".ec-draggable, .ec-resizer")).to_have_count(0)
    page.locator(".ev-open").click()
    expect(page.locator("[data-move]")).to_be_hidden()
    context.close()


def test_a_broken_rule_sends_it_back(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    place = "document.querySelector('.ec-event:has(.ev-open)').offsetTop"
    before = page.evaluate(place)
    drag(page, "Zoé Un", 240)
    alert = page.locator("#schedule-toasts [role=alert]")
    expect(alert).to_contain_text(f"Aucune plage d’ouverture de {visit.practitioner} ne couvre cette heure.")
    assert page.evaluate(place) == before
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)


def test_a_visit_is_made_longer_by_its_lower_edge(
    page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any
) -> None:
    open_schedule(page, live_server, visit)
    page.locator(".ev-open").hover()
    box = page.locator(".ec-event:has(.ev-open)").bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + box["height"] - 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=4)
    page.mouse.move(x, y + 40, steps=4)
    page.mouse.up()
    expect(page.locator("#schedule-toasts .toast-line")).to_contain_text("Rendez-vous déplacé")
    visit.refresh_from_db()
    assert (visit.start_at, visit.end_at) == (tomorrow(9), tomorrow(9, 40))


def test_without_a_mouse(page: Page, live_server: AsgiServer, visit: Appointment, tomorrow: Any) -> None:
    """Enter opens the visit, « Déplacer… » is a form, Ctrl+Z is not needed: the way back is a button."""
    open_schedule(page, live_server, visit)
    page.locator(".ev-open").focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Déplacer…")
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    no_barrier(page)
    page.get_by_label("Heure").fill("11:00")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".ev-open .ev-hour")).to_have_text("11\u00a0h")
    no_barrier(page)
    with page.expect_navigation():
        page.locator("#schedule-toasts").get_by_role("button", name="Annuler").click()
    expect(page.locator(".ev-open .ev-hour")).to_have_text("9\u00a0h")
    visit.refresh_from_db()
    assert visit.start_at == tomorrow(9)
