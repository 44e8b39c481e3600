"""One world for a whole run, made on the Sunday of the cast; the browser's own clock stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserType

from tests.cast import SUNDAY_NOON
from tests.e2e.conftest import _let_the_server_finish, live_server  # noqa: F401
from tests.e2e.video_house import FAKE_MEDIA
from tests.everybody.doors import make_world
from tests.matrix.people import World


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with time_machine.travel(SUNDAY_NOON, tick=False):
        yield make_world()


@pytest.fixture(scope="session")
def seeing_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], browser: Browser
) -> Iterator[Browser]:
    """With a camera that shows a clock: some pages ask for one. `browser`: skipped where there is none."""
    args = [*browser_type_launch_args["args"], *FAKE_MEDIA]
    found = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield found
    found.close()
