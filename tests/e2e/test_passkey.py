"""A passkey from the first touch to the next sign-in, with Chromium's virtual authenticator."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.conftest import PASSWORD, make_account

pytestmark = pytest.mark.django_db(transaction=True)

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR"}


def test_a_passkey_is_added_and_opens_the_door(page: Page, live_server: Any) -> None:
    # A passkey belongs to a name, not to a number.
    base = str(live_server).replace("127.0.0.1", "localhost")
    user = make_account("patiente@example.org", PASSWORD)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{base}/compte/login/?next=/compte/2fa/webauthn/add/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/reauthenticate/**")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/webauthn/add/**")
    page.fill("input[name=name]", "Mon téléphone")
    passwordless = page.locator("input[name=passwordless]")
    if passwordless.count():
        passwordless.check()
    page.locator("#mfa_webauthn_add, main form button").last.click()
    page.wait_for_url("**/recovery-codes/**")
    assert user.authenticator_set.filter(type="webauthn").count() == 1

    page.context.clear_cookies()
    page.goto(f"{base}/compte/login/?next=/donnees-personnelles/")
    page.click("#passkey_login")
    page.wait_for_url("**/donnees-personnelles/")
    expect(page.get_by_role("button", name="Se déconnecter")).to_have_count(1)
    assert refused == []
