"""`make lighthouse`: Google's own measure of four pages, on a phone of the middle class, as JSON and as a table.

npm brings Lighthouse below DATA_DIR; where it cannot, the measure says NOT MEASURED and ends with 3, and the table in
docs/accessibility.md stays as it is. PORTAL_URL names a portal that runs; else one starts with the demonstration.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Page, sync_playwright

from core import clock
from msp_portal import paths
from tests.bench.figures import machine
from tests.browser import find_browser, say
from tests.everybody.document import write_between
from tests.lighthouse.pages import places
from tests.lighthouse.program import VERSION, NotMeasuredError, measure, program
from tests.lighthouse.result import Result, read
from tests.screenshots import portal

ROUNDS = int(os.environ.get("ROUNDS", "3"))
NOT_MEASURED = 3


def main() -> int:
    # The day is that of the house: its clock reads the settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.demo")
    folder = paths.data_dir() / "lighthouse"
    folder.mkdir(parents=True, exist_ok=True)
    browser = find_browser()
    try:
        if browser is None:
            raise NotMeasuredError("no Chromium here; python -m tests.browser --install")
        lighthouse = program(folder)
    except NotMeasuredError as reason:
        say(f"!!! Lighthouse: NOT MEASURED. {reason} !!!")
        return NOT_MEASURED
    with portal() as address, visitor(browser) as (page, port):
        results = [
            of_rounds([read(place.name, measure(lighthouse, port, place, folder)) for place in turns])
            for turns in ([place] * ROUNDS for place in places(page, address))
        ]
    for result in results:
        say(f"{result.page:24} {result.line()}")
    write(results)
    missed = [f"{result.page}: {why}" for result in results for why in result.missed()]
    say(f"Missed: {', '.join(missed) or 'nothing'}.")
    return 1 if missed else 0


@contextmanager
def visitor(browser: str) -> Iterator[tuple[Page, int]]:
    """One browser for Lighthouse and what goes before: between rounds it forgets files, not who is signed in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    args = [f"--remote-debugging-port={port}", *sandbox]
    with (
        tempfile.TemporaryDirectory(prefix="msp-lighthouse-", ignore_cleanup_errors=True) as profile,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=browser, args=args, locale="fr-FR"
        )
        yield context.new_page(), port
        context.close()


def of_rounds(rounds: list[Result]) -> Result:
    """The round in the middle: the machine is never quiet."""
    middle = median(result.performance for result in rounds)
    return min(rounds, key=lambda result: abs(result.performance - middle))


def write(results: list[Result]) -> None:
    place = machine("")
    lines = [
        (
            f"Measured on {clock.today().isoformat()} by Lighthouse {VERSION}, mobile, simulated throttling, "
            f"the middle of {ROUNDS} rounds: {place['cores']} cores ({place['processor']}), commit {place['commit']}, "
            f"load {place['load_before']}."
        ),
        "",
        "| page | performance | accessibility | best practices | HTML | first visit | requests to others | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(result.row() for result in results),
    ]
    write_between("make lighthouse", lines)
    summary = paths.data_dir() / "lighthouse" / "summary.json"
    summary.write_text(json.dumps([vars(result) for result in results], indent=2, ensure_ascii=False) + "\n")
    say(f"docs/accessibility.md has the new table; all of it is in {os.path.relpath(summary.parent)}.")


if __name__ == "__main__":
    sys.exit(main())
