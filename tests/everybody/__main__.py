"""`make accessibility`: every address × person that answers with a page, opened in a real browser.

One JSON for each part in DATA_DIR/accessibility, and the figures between the marks of docs/accessibility.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

from core import clock
from msp_portal import paths
from tests.bench.figures import machine
from tests.browser import find_browser, say
from tests.everybody.document import write_between
from tests.everybody.not_pages import NOT_PAGES

FOLDER = paths.data_dir() / "accessibility"
NOT_MEASURED = 3


def main() -> int:
    if find_browser() is None:
        say("!!! Accessibility: NOT MEASURED. No browser here; python -m tests.browser --install !!!")
        return NOT_MEASURED
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist", "worksteal"]
    command += ["-p", "no:randomly", "--show-capture=no", "tests/everybody/whole.py"]
    environment = {**os.environ, "EVERYBODY": str(FOLDER)}
    failed = subprocess.run(command, env=environment, cwd=paths.BASE_DIR, check=False).returncode
    parts = [json.loads(file.read_text()) for file in sorted(FOLDER.glob("part-*.json"))]
    if not parts:
        return failed or 1
    failed = failed or unread(parts)
    write(parts, minutes=(time.monotonic() - started) / 60, whole=not failed)
    return failed


def unread(parts: list[dict[str, Any]]) -> int:
    """An address that nobody could open as a page is one of those that are no page, and none of these is one."""
    opened = {name for part in parts for name in part["names"]}
    asked = {name for part in parts for name in part["asked"]}
    missed, surplus = asked - opened - NOT_PAGES.keys(), opened & NOT_PAGES.keys()
    if missed:
        say(f"Opened by nobody, and not in tests/everybody/not_pages.py: {', '.join(sorted(missed))}.")
    if surplus:
        say(f"In tests/everybody/not_pages.py, and a page: {', '.join(sorted(surplus))}.")
    return 1 if missed or surplus else 0


def write(parts: list[dict[str, Any]], minutes: float, *, whole: bool) -> None:
    place = machine("")
    names = {name for part in parts for name in part["names"]}
    figures = {
        "addresses that answer with a page": len(names),
        "address × person, each at 390 and 1440 px with axe-core": sum(len(part["opened"]) for part in parts),
        "shapes of pages by keyboard, magnified, in forced colours": sum(part["shapes"] for part in parts),
        "a file, sent on, refused: no page": sum(len(part["not_pages"]) for part in parts),
        "pages with something wrong": sum(len(part["wrong"]) for part in parts),
    }
    write_between(
        "make accessibility",
        [
            (
                f"{'The whole run' if whole else 'A run that FAILED'} of {clock.today().isoformat()}, "
                f"commit {place['commit']}, {place['cores']} cores, {minutes:.0f} minutes."
            ),
            "",
            "| opened | |",
            "| --- | --- |",
            *(f"| {what} | {count} |" for what, count in figures.items()),
        ],
    )
    say(f"docs/accessibility.md has the figures; all of it is in {os.path.relpath(FOLDER)}.")


if __name__ == "__main__":
    sys.exit(main())
