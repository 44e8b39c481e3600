"""A patient signs in by password on a telephone that the portal has never seen, and a second time."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.accounts.conftest import PASSWORD, last_code, make_account
from tests.e2e.conftest import follow, no_barrier

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_telephone_asks_for_a_code_and_is_known_from_then_on(
    screen: Page, live_server: Any, settings: Any
) -> None:
    settings.DEMO = False
    user = make_account("patiente@example.org", PASSWORD)

    def give_password() -> None:
        screen.goto(f"{live_server}{reverse('account_login')}?next={reverse('privacy')}")
        screen.fill("input[name=login]", user.email)
        screen.fill("input[name=password]", PASSWORD)
        follow(screen.locator("main form button[type=submit]").first)

    give_password()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Entrez le code reçu")
    no_barrier(screen)
    screen.fill("input[name=code]", last_code())
    screen.get_by_label("Je suis seul à utiliser cet appareil").check()
    follow(screen.get_by_role("button", name="Valider le code"))
    expect(screen).to_have_url(f"{live_server}{reverse('privacy')}")
    cookies = screen.context.cookies()
    screen.context.clear_cookies()
    screen.context.add_cookies([one for one in cookies if one["name"] == "device"])
    give_password()
    expect(screen).to_have_url(f"{live_server}{reverse('privacy')}")
