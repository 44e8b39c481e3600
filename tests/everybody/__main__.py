"""`make accessibility`: every address × person that answers with a page, opened in a real browser.

One line of JSON for each page in DATA_DIR/accessibility, written as it goes; the figures between the marks of
docs/accessibility.md. `--left` goes on with a run that was ended or that found something: it opens what was wrong or
not opened yet, and the document says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

from core import clock
from msp_portal import paths
from tests.bench.figures import machine
from tests.browser import find_browser, say
from tests.everybody.document import write_between
from tests.everybody.findings import Finding, read, same_titles
from tests.everybody.not_pages import NOT_PAGES

FOLDER = paths.data_dir() / "accessibility"
NOT_MEASURED = 3


def main(arguments: list[str]) -> int:
    # The day is that of the house: its clock reads the settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.test")
    if find_browser() is None:
        say("!!! Accessibility: NOT MEASURED. No browser here; python -m tests.browser --install !!!")
        return NOT_MEASURED
    going_on = "--left" in arguments
    if not going_on:
        shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "shapes").mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    failed = run(left=read(FOLDER) if going_on else [])
    findings = read(FOLDER)
    if not findings:
        return failed or 1
    failed = failed or unread(findings) or unlike(findings)
    write(findings, minutes=(time.monotonic() - begun) / 60, failed=bool(failed), at_once=not going_on)
    return failed


def run(left: list[Finding]) -> int:
    command = [sys.executable, "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist", "worksteal"]
    command += ["-p", "no:randomly", "--show-capture=no", "tests/everybody/whole.py"]
    environment = {**os.environ, "EVERYBODY": str(FOLDER)}
    if left:
        again = {one.door for one in left if one.wrong} | same_titles(left).keys()
        done = FOLDER / "done.txt"
        done.write_text("".join(f"{one.door.name} {one.door.who}\n" for one in left if one.door not in again))
        environment["EVERYBODY_DONE"] = str(done)
    return subprocess.run(command, env=environment, cwd=paths.BASE_DIR, check=False).returncode


def unread(findings: list[Finding]) -> int:
    """An address that nobody could open as a page is one of those that are no page, and none of these is one."""
    opened = {one.door.name for one in findings if not one.not_a_page}
    missed, surplus = (
        {one.door.name for one in findings} - opened - NOT_PAGES.keys(),
        opened & NOT_PAGES.keys(),
    )
    if missed:
        say(f"Opened by nobody, and not in tests/everybody/not_pages.py: {', '.join(sorted(missed))}.")
    if surplus:
        say(f"In tests/everybody/not_pages.py, and a page: {', '.join(sorted(surplus))}.")
    return 1 if missed or surplus else 0


def unlike(findings: list[Finding]) -> int:
    repeated = same_titles(findings)
    for door, sentence in repeated.items():
        say(f"{door}: {sentence}")
    return 1 if repeated else 0


def write(findings: list[Finding], minutes: float, *, failed: bool, at_once: bool) -> None:
    place = machine("")
    pages = [one for one in findings if not one.not_a_page]
    wrong = {one.door for one in findings if one.wrong} | same_titles(findings).keys()
    figures = {
        "addresses that answer with a page": len({one.door.name for one in pages}),
        "address × person, each with axe-core at 390 px and measured at 320, 390 and 1440 px": len(pages),
        "shapes of pages at 1440 px too, by keyboard, magnified, spaced, in forced colours": sum(
            one.new_shape for one in pages
        ),
        "a file, sent on, refused: no page": len(findings) - len(pages),
        "pages with something wrong": len(wrong),
    }
    what = (
        "A run that FAILED" if failed else "The whole run" if at_once else "The last part of a run in parts"
    )
    write_between(
        "make accessibility",
        [
            (
                f"{what}: {clock.today().isoformat()}, commit {place['commit']}, {place['cores']} cores, "
                f"{minutes:.0f} minutes."
            ),
            "",
            "| opened | |",
            "| --- | --- |",
            *(f"| {name} | {count} |" for name, count in figures.items()),
        ],
    )
    say(f"docs/accessibility.md has the figures; all of it is in {os.path.relpath(FOLDER)}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
