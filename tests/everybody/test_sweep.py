"""One address in two dozen, in a real browser; the whole is `make accessibility` (whole.py).

Spread over all rooms and people, the same each time; the journeys of tests/e2e look at the screens that matter most.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.server import AsgiServer
from tests.everybody.doors import doors
from tests.everybody.findings import Door, same_titles
from tests.everybody.not_pages import NOT_PAGES
from tests.everybody.sweep import sweep
from tests.matrix.people import World

pytestmark = pytest.mark.django_db(transaction=True)

EACH = 24


def sample(all_doors: list[Door]) -> list[Door]:
    """One name in two dozen, each with another of the people whom it lets in."""
    by_name: dict[str, list[Door]] = {}
    for door in all_doors:
        if door.name not in NOT_PAGES:
            by_name.setdefault(door.name, []).append(door)
    names = sorted(by_name)[::EACH]
    return sorted(by_name[name][number % len(by_name[name])] for number, name in enumerate(names))


def test_pages_of_all_rooms_are_for_everybody(
    world: World, live_server: AsgiServer, seeing_browser: Browser
) -> None:
    chosen = sample(doors(world))
    findings = sweep(seeing_browser, live_server.url, world, chosen)
    assert {str(one.door): one.wrong for one in findings if one.wrong} == {}
    assert same_titles(findings) == {}
    assert {str(one.door): one.not_a_page for one in findings if one.not_a_page} == {}, "not_pages.py"
    assert len(findings) == len(chosen)
