"""docs/accessibility.md: its tables are written by the commands that measure, the words around them by people."""

from __future__ import annotations

from pathlib import Path

from msp_portal import paths

DOCUMENT = paths.BASE_DIR / "docs" / "accessibility.md"


def write_between(command: str, lines: list[str], document: Path = DOCUMENT) -> None:
    begin, end = f"<!-- {command}: begin -->", f"<!-- {command}: end -->"
    before, _mark, rest = document.read_text().partition(begin)
    _old, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{document} has lost its marks {begin} … {end}")
    document.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}")
