"""The four pages of QUALITY.md: home, search, the form of a slot, the space of a patient who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.screenshots import enter

SEARCH = "/rendez-vous/?profession=medecin-generaliste"
PATIENT = "patiente"


@dataclass(frozen=True)
class Place:
    name: str
    url: str


def places(page: Page, address: str) -> Iterator[Place]:
    """Each is measured before the next is prepared: the first two by somebody whom nobody knows."""
    yield Place("home", f"{address}/")
    yield Place("search", f"{address}{SEARCH}")
    enter(page, address, PATIENT)
    page.goto(f"{address}{SEARCH}")
    page.locator("button.slot").first.click()
    page.get_by_test_id("book").wait_for()
    yield Place("booking", page.url)
    yield Place("patient's space", f"{address}/mon-espace/")
