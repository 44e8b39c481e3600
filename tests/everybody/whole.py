"""Every page that anybody reaches, in a real browser: `make accessibility` alone runs this file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.server import AsgiServer
from tests.everybody.doors import Door, doors
from tests.everybody.not_pages import NOT_PAGES
from tests.everybody.sweep import Findings, sweep
from tests.matrix.people import World

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = 6


def shares(all_doors: list[Door], part: int) -> list[Door]:
    """A few people each: their browser is opened once."""
    people = sorted({door.who for door in all_doors})[part::PARTS]
    return [door for door in all_doors if door.who in people]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_for_everybody(
    world: World, live_server: AsgiServer, seeing_browser: Browser, part: int
) -> None:
    chosen = shares(doors(world), part)
    findings = sweep(seeing_browser, live_server.url, world, chosen)
    keep(findings, part)
    assert findings.wrong == {}
    refused = {str(door): why for door, why in findings.not_pages.items() if why.startswith("answers")}
    assert {door: why for door, why in refused.items() if door.split()[0] not in NOT_PAGES} == {}
    assert len(findings.opened) + len(findings.not_pages) == len(chosen)


def keep(findings: Findings, part: int) -> None:
    """Where `python -m tests.everybody` reads it."""
    report = {
        "opened": [str(door) for door in findings.opened],
        "names": sorted({door.name for door in findings.opened}),
        "asked": sorted({door.name for door in [*findings.opened, *findings.not_pages]}),
        "not_pages": {str(door): why for door, why in findings.not_pages.items()},
        "shapes": findings.shapes,
        "wrong": findings.wrong,
    }
    Path(os.environ["EVERYBODY"], f"part-{part}.json").write_text(
        json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    )
