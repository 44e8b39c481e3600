"""How somebody comes in: with the session that the form would have given, or by the form; and what it looks like."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from accounts.models import User
from tests.accounts.conftest import PASSWORD


def session_cookie(user: User) -> tuple[str, str]:
    client = Client()
    client.force_login(user)
    return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


def let_in(context: BrowserContext, base: object, user: User) -> None:
    """Whoever was there before is gone."""
    name, value = session_cookie(user)
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": value, "url": str(base)}])


def enter(page: Page, base: object, who: User | str) -> None:
    """Somebody, or whose address it is. Most stories begin behind the form: test_booking_journey.py,
    test_staff_journeys.py and test_passkey.py go through it."""
    let_in(page.context, base, who if isinstance(who, User) else User.objects.get(email=who))


def sign_in(page: Page, base: object, user: User) -> None:
    page.goto(f"{base}{reverse('account_login')}?next={reverse('privacy')}")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{reverse('privacy')}")


def picture(page: Page, name: str) -> None:
    """For looking at: only where a folder for it is named."""
    if folder := os.environ.get("PICTURES"):
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
