"""docs/journeys.md names pictures and browser tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| ---")][1:]


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\((screens/[^)]+)\)", PAGE)
    assert len(pictures) >= len(ROWS) - 1
    assert [one for one in pictures if not (ROOT / "docs" / one).is_file()] == []


def test_every_journey_is_held_by_a_test_in_a_browser() -> None:
    missing = []
    for row in ROWS:
        last = row.rstrip("| ").rsplit("|", 1)[1]
        named = re.findall(r"`(?:(e2e/\w+\.py))?::(\w+)`", last)
        if not named or not named[0][0]:
            missing.append(row)
        file = ""
        for where, name in named:
            file = where or file
            source = (ROOT / "tests" / file).read_text(encoding="utf-8") if file else ""
            if f"def {name}(" not in source:
                missing.append(f"{file}::{name}")
    assert missing == []
