"""One walk through doors that are open to a few people, and what it found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response

from tests.everybody.doors import cookies
from tests.everybody.findings import Door, Finding
from tests.everybody.look import PHONE, Eye, eye, first_look, long_look, wide_look
from tests.everybody.shapes import Shapes
from tests.matrix.people import World

# What htmx puts into a page comes without a page around it.
PART = "document.doctype ? '' : 'a part of a page'"


@dataclass
class Notebook:
    """Each page is written down as soon as it was seen: a run may be read while it goes, and gone on with."""

    shapes: Shapes
    file: Path | None = None

    def note(self, finding: Finding) -> None:
        if self.file is not None:
            with self.file.open("a") as lines:
                lines.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")


def sweep(
    browser: Browser, origin: str, world: World, doors: Iterable[Door], notebook: Notebook | None = None
) -> list[Finding]:
    notebook = notebook or Notebook(Shapes())
    findings = []
    for who, theirs in groupby(sorted(doors), key=lambda door: door.who):
        with eye(browser, origin, cookies(world, who, origin)) as found:
            for door in theirs:
                findings.append(visit(found, door, notebook.shapes))
                notebook.note(findings[-1])
    return findings


def visit(found: Eye, door: Door, shapes: Shapes) -> Finding:
    answer = found.open(door.url)
    if other := other_than_a_page(answer) or found.page.evaluate(PART):
        found.open("about:blank")
        return Finding(door, not_a_page=other)
    wrong = first_look(found)
    frame, main = found.page.evaluate("[window.everybody.frame(), window.everybody.skeleton()]")
    new_frame, new_shape = shapes.is_new("frame", frame), shapes.is_new(door.name, main)
    if new_frame or new_shape:
        wrong += wide_look(found)
    if new_shape:
        wrong += long_look(found)
    if new_frame or new_shape:
        found.at(PHONE)
    return Finding(door, title=found.page.title(), new_shape=new_shape, wrong=wrong)


def other_than_a_page(answer: Response | None) -> str:
    if answer is None:
        return "a file, or nothing to read"
    if (first := answer.request.redirected_from) and urlsplit(first.url).path != urlsplit(answer.url).path:
        return "sends on"
    if answer.status != 200:
        return f"answers {answer.status}"
    kind = str(answer.headers.get("content-type", ""))
    return "" if kind.startswith("text/html") else kind
