"""Every page that anybody reaches, in a real browser: `python -m tests.everybody` alone runs this file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.server import AsgiServer
from tests.everybody.doors import doors
from tests.everybody.findings import Door, Finding
from tests.everybody.not_pages import NOT_PAGES
from tests.everybody.shapes import Shapes
from tests.everybody.sweep import Notebook, sweep
from tests.matrix.people import EVERYBODY, World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # A download that the browser does not want leaves its file to the collector, at whatever page comes next.
    pytest.mark.filterwarnings(
        r"ignore:Exception ignored in. <_io.FileIO name=\d+ :pytest.PytestUnraisableExceptionWarning"
    ),
]


def wanted(all_doors: list[Door], who: str) -> list[Door]:
    """All that one person reaches; where a run is gone on with, what is left of it."""
    done = os.environ.get("EVERYBODY_DONE")
    behind = set(Path(done).read_text().splitlines()) if done else set()
    return [door for door in all_doors if door.who == who and f"{door.name} {door.who}" not in behind]


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_every_page_is_for_everybody(
    world: World, live_server: AsgiServer, seeing_browser: Browser, who: str
) -> None:
    folder = Path(os.environ["EVERYBODY"])
    chosen = wanted(doors(world), who)
    notebook = Notebook(Shapes(folder / "shapes"), folder / f"{who}.jsonl")
    findings = sweep(seeing_browser, live_server.url, world, chosen, notebook)
    assert {str(one.door): one.wrong for one in findings if one.wrong} == {}
    assert refused(findings) == {}
    assert len(findings) == len(chosen)


def refused(findings: list[Finding]) -> dict[str, str]:
    return {
        str(one.door): one.not_a_page
        for one in findings
        if one.not_a_page.startswith("answers") and one.door.name not in NOT_PAGES
    }
