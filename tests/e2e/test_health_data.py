"""A patient who has always signed in with codes opens her documents: she chooses a passkey, once, and is led on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.conftest import last_code, make_account
from tests.e2e.conftest import PHONE, SMALL, follow, no_barrier
from tests.e2e.test_passkey import AUTHENTICATOR

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_passkey_beside_the_code_opens_the_documents(screen: Page, live_server: Any, settings: Any) -> None:
    settings.DEMO = False
    base = str(live_server).replace("127.0.0.1", "localhost")
    user = make_account("patiente@example.org")
    devtools = screen.context.new_cdp_session(screen)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    screen.goto(f"{base}/compte/login/code/?next=/mon-espace/documents/")
    screen.fill("input[name=email]", user.email)
    follow(screen.get_by_role("button", name="Envoyer le code"))
    screen.fill("input[name=code]", last_code())
    follow(screen.get_by_role("button", name="Valider le code"))
    expect(screen.get_by_role("heading", level=1)).to_have_text("Vos données de santé sont mieux gardées")
    for width in (SMALL, PHONE):
        screen.set_viewport_size({"width": width, "height": 800})
        no_barrier(screen)

    follow(screen.get_by_role("link", name="Une clé d’accès"))
    screen.get_by_label("Nom de la clé").fill("Mon téléphone")
    screen.locator("#mfa_webauthn_add").click()
    screen.wait_for_url("**/recovery-codes/**")
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Continuer"))
    expect(screen).to_have_url(f"{base}/mon-espace/documents/")
    expect(screen.get_by_role("heading", level=1)).to_have_text("Mes documents")
