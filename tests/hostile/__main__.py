"""`make hostile`: at least so many hostile inputs, without one answer of 500; the figures go to docs/security.md."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from msp_portal import paths

DOCUMENT = paths.BASE_DIR / "docs" / "security.md"
BEGINS, ENDS = "<!-- make hostile -->", "<!-- end of make hostile -->"
KINDS = {
    "addresses": "every address × role × method",
    "forms": "forms of pages, filled in by hypothesis and sent",
    "form_classes": "form classes by themselves, found by introspection",
    "formsets": "forms that come several at a time, with what counts them",
    "actions": "actions by themselves: rows of anybody, words, days and numbers that no form lets through",
    "same_answer": "what is another’s beside what is not there",
    "sockets": "frames of sockets",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="at least so many")
    parser.add_argument("--seed", default=time.strftime("%Y%m%d"), help="the same seed, the same throws")
    parser.add_argument("--processes", type=int, default=2)
    wishes = parser.parse_args()
    folder = paths.data_dir() / "hostile"
    shutil.rmtree(folder, ignore_errors=True)
    started = time.monotonic()
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests/hostile", "-q", "-p", "no:randomly"),
            *("--show-capture=no", "-n", str(wishes.processes), "--dist", "worksteal"),
        ],
        env=os.environ
        | {"HOSTILE": str(wishes.inputs), "HOSTILE_SEED": wishes.seed, "HOSTILE_RESULTS": str(folder)},
        check=False,
    ).returncode
    return report(folder, wishes, time.monotonic() - started) or ended


def report(folder: Path, wishes: argparse.Namespace, seconds: float) -> int:
    from tests.hostile.figures import gather

    found = gather(folder)
    thrown = sum(one.thrown for one in found.values())
    broken = [line for one in found.values() for line in one.broken]
    lines = ["| what | inputs | answers | 500 |", "| --- | --- | --- | --- |"]
    for kind, one in found.items():
        said = " · ".join(f"{what}: {number:,}" for what, number in Counter(one.answers).most_common())
        lines.append(f"| {KINDS[kind]} | {one.thrown:,} | {said} | {len(one.broken)} |")
    lines.append(f"| **together** | **{thrown:,}** | | **{len(broken)}** |")
    lines.append("")
    lines.append(
        f"`make hostile`, seed `{wishes.seed}`, {time.strftime('%-d %B %Y')}, commit `{commit()}`:"
        f" {seconds / 60:.0f} minutes,"
        f" {thrown / seconds:.0f} inputs a second in {wishes.processes} processes."
    )
    text = "\n".join(lines)
    print(text, *broken, sep="\n")  # noqa: T201
    if thrown < wishes.inputs:
        print(f"Only {thrown:,} of {wishes.inputs:,} inputs were thrown.")  # noqa: T201
        return 1
    written = DOCUMENT.read_text()
    between = re.compile(f"(?<={re.escape(BEGINS)}\n).*(?={re.escape(ENDS)})", re.DOTALL)
    DOCUMENT.write_text(between.sub(lambda _old: f"{text}\n", written))
    return 1 if broken else 0


def commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=paths.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
