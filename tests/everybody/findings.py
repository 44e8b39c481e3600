"""What was found behind each door: read without the portal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, order=True)
class Door:
    who: str
    name: str
    url: str

    def __str__(self) -> str:
        return f"{self.name} ({self.who})"


@dataclass
class Finding:
    """What one person met behind one address."""

    door: Door
    title: str = ""
    not_a_page: str = ""
    new_shape: bool = False
    wrong: list[str] = field(default_factory=list)


def read(folder: Path) -> list[Finding]:
    """The last word on each door."""
    last: dict[Door, Finding] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            found: dict[str, Any] = json.loads(line)
            door = Door(**found.pop("door"))
            last[door] = Finding(door, **found)
    return list(last.values())


# The desk reads one page under both addresses.
ONE_PAGE = {"referrals": "unanswered_referrals"}


def same_titles(findings: Iterable[Finding]) -> dict[Door, str]:
    """Two pages of one person that his tabs and his history cannot tell apart."""
    titles: dict[tuple[str, str], list[Door]] = {}
    for one in findings:
        if not one.not_a_page:
            titles.setdefault((one.door.who, one.title), []).append(one.door)
    return {
        door: f"title of another page too: {title}"
        for (_who, title), doors in titles.items()
        if len({ONE_PAGE.get(door.name, door.name) for door in doors}) > 1
        for door in doors
    }
