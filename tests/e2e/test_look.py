"""The first screens in a real browser: no barrier, no refused resource, no sideways scrolling, no mouse needed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import look_at
from tests.factories.appointments import VisitReasonFactory

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [
    "/",
    "/praticiens/",
    "/compte/login/",
    "/compte/signup/",
    "/compte/login/code/",
    "/accessibilite/",
    "/donnees-personnelles/",
    "/demo/",
    "/demo/messages/",
    "/demo/composants/",
]
MISSING = "/nulle-part/"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR"}


def test_every_screen_is_open_to_everybody(page: Page, live_server: object) -> None:
    practitioner = VisitReasonFactory().practitioner
    paths = [*SCREENS, practitioner.get_absolute_url()]
    found = {path: look_at(page, f"{live_server}{path}") for path in paths}
    found |= {MISSING: look_at(page, f"{live_server}{MISSING}", status=404)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_keyboard_reaches_the_content_first(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes_without_script(browser: Browser, live_server: object) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, locale="fr-FR", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{live_server}/")
    entry = page.get_by_role("link", name="Se connecter")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(entry).to_be_visible()
    page.get_by_role("button", name="Fermer le menu").click()
    expect(entry).to_be_hidden()
    context.close()


def test_a_refused_form_is_read_from_its_summary(page: Page, live_server: object) -> None:
    page.goto(f"{live_server}/compte/login/")
    page.get_by_label("Mot de passe", exact=True).fill("x")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("[name=login]")).to_be_focused()


@pytest.mark.parametrize("with_script", [True, False])
def test_a_dialog_asks_before_what_cannot_be_undone(
    browser: Browser, live_server: object, with_script: bool
) -> None:
    page = browser.new_page(java_script_enabled=with_script)
    page.goto(f"{live_server}/demo/composants/")
    page.get_by_role("button", name="Annuler le rendez-vous").click()
    dialog = page.get_by_role("dialog", name="Annuler ce rendez-vous ?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Ne rien changer").click()
    expect(dialog).to_be_hidden()
    page.close()


def test_the_time_left_is_said_when_it_is_over(page: Page, live_server: object) -> None:
    page.clock.install()
    page.goto(f"{live_server}/demo/composants/")
    block = page.locator("[data-countdown]")
    expect(block).to_contain_text("retenu pour vous encore")
    page.clock.run_for(540_000)
    expect(block).to_contain_text("n’est plus retenu")
    expect(page.locator("#live")).to_contain_text("n’est plus retenu")
