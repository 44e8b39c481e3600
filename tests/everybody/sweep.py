"""One walk through doors that are open to a few people, and what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from tests.everybody.doors import Door, cookies
from tests.everybody.look import Eye, eye, first_look, long_look
from tests.matrix.people import World

# Shapes of pages that this process has already magnified and walked through.
SHAPES: set[tuple[str, str]] = set()


@dataclass
class Findings:
    opened: list[Door] = field(default_factory=list)
    not_pages: dict[Door, str] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    shapes: int = 0

    def note(self, door: Door, wrong: list[str]) -> None:
        if wrong:
            self.wrong.setdefault(str(door), []).extend(wrong)


def sweep(browser: Browser, origin: str, world: World, doors: Iterable[Door]) -> Findings:
    findings = Findings()
    for who, theirs in groupby(sorted(doors), key=lambda door: door.who):
        with eye(browser, origin, cookies(world, who, origin)) as found:
            titles = {door: title for door in theirs if (title := visit(found, door, findings)) is not None}
        repeated = {title for title, count in Counter(titles.values()).items() if count > 1}
        for door, title in titles.items():
            findings.note(door, [f"title of another page too: {title}"] if title in repeated else [])
    return findings


def visit(found: Eye, door: Door, findings: Findings) -> str | None:
    """The title of the page, where it is one."""
    answer = found.open(door.url)
    if other := other_than_a_page(answer):
        findings.not_pages[door] = other
        found.open("about:blank")
        return None
    findings.opened.append(door)
    wrong = first_look(found)
    shape = (door.name, str(found.page.evaluate("window.everybody.skeleton()")))
    if shape not in SHAPES:
        SHAPES.add(shape)
        findings.shapes += 1
        wrong += long_look(found)
    findings.note(door, wrong)
    return found.page.title()


def other_than_a_page(answer: Response | None) -> str:
    if answer is None:
        return "a file, or nothing to read"
    if (first := answer.request.redirected_from) and urlsplit(first.url).path != urlsplit(answer.url).path:
        return "sends on"
    if answer.status != 200:
        return f"answers {answer.status}"
    kind = str(answer.headers.get("content-type", ""))
    return "" if kind.startswith("text/html") else kind
