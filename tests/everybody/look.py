"""What is wrong with one page, seen by a real browser: a list of sentences, empty where everybody can use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request, Response
from playwright.sync_api import Error as BrowserError

from tests.e2e.conftest import DESK, PHONE, SMALL, WCAG

HEIGHT = 850
# Half of 1280: what a desk shows at 200 %.
ZOOMED = 640
DESKTOP = 1280
# A4 between its margins: 18 cm.
PAPER = 680
SCRIPTS = (
    Path(axe_playwright_python.__file__).with_name("axe.min.js"),
    Path(__file__).with_name("look.js"),
)
# Every refusal of the policy, also those of what no console tells.
LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
AXE = """async (options) => (await axe.run(document, options)).violations.map(
  (one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`)"""
# A file, or an answer without a word in it.
NO_PAGE = ("Download is starting", "ERR_ABORTED", "ERR_HTTP_RESPONSE_CODE_FAILURE")
WALKS_MORE = 2
SETTLED = "document.readyState === 'complete' && !document.querySelector('.htmx-request')"


@dataclass
class Eye:
    """One person's browser."""

    page: Page
    origin: str
    heard: list[str] = field(default_factory=list)

    @property
    def screen(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def open(self, url: str) -> Response | None:
        """None: it is sent as a file."""
        self.heard.clear()
        try:
            answer = self.page.goto(url if url == "about:blank" else f"{self.origin}{url}")
        except BrowserError as error:
            if any(sign in str(error) for sign in NO_PAGE):
                return None
            raise
        self.settle()
        return answer

    def settle(self) -> None:
        """Nothing is on its way any more."""
        for _each in range(60):
            if self.page.evaluate(SETTLED):
                break
            self.page.wait_for_timeout(25)

    def ask(self, question: str) -> list[str]:
        return list(self.page.evaluate(f"window.everybody.{question}()"))

    def at(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})


@contextmanager
def eye(browser: Browser, origin: str, cookies: list[Any]) -> Iterator[Eye]:
    context: BrowserContext = browser.new_context(
        viewport={"width": PHONE, "height": HEIGHT},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        permissions=["camera", "microphone"],
    )
    context.add_cookies(cookies)
    context.add_init_script(LISTEN)
    for script in SCRIPTS:
        context.add_init_script(path=script)
    found = Eye(context.new_page(), origin)
    listen(found)
    yield found
    context.close()


def listen(found: Eye) -> None:
    def finished(answer: Response) -> None:
        if answer.status >= 400:
            found.heard.append(f"{answer.status}: {answer.url}")

    def left(request: Request) -> None:
        ours = urlsplit(found.origin).netloc
        there = urlsplit(request.url)
        if there.scheme.startswith("http") and there.netloc != ours:
            found.heard.append(f"somebody else's: {request.url}")

    def failed(request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # what the page before was still waiting for
            found.heard.append(f"{request.failure}: {request.url}")

    page = found.page
    page.on("console", lambda one: found.heard.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: found.heard.append(str(error)))
    page.on("response", finished)
    page.on("request", left)
    page.on("requestfailed", failed)


def first_look(found: Eye) -> list[str]:
    """For every person: nothing refused, broken or foreign, no barrier on a phone, nothing too wide for it."""
    wrong = told(PHONE, found.page.evaluate(AXE, WCAG) + settled(found, "wide"))
    wrong += found.ask("headings") + found.ask("moving") + found.ask("secrets") + found.ask("tokens")
    return [*found.heard, *found.page.evaluate("window.refused"), *wrong]


def wide_look(found: Eye) -> list[str]:
    """For every shape of a page and of the bars around it: no barrier on a desk, nothing too wide on any screen."""
    found.at(DESK)
    wrong = told(DESK, found.page.evaluate(AXE, WCAG) + settled(found, "wide"))
    found.at(SMALL)
    return wrong + told(SMALL, settled(found, "wide"))


def settled(found: Eye, question: str) -> list[str]:
    """What is drawn follows a new width a moment later."""
    for _each in range(20):
        wrong = found.ask(question)
        if not wrong:
            break
        found.page.wait_for_timeout(50)
    return wrong


def long_look(found: Eye) -> list[str]:
    """For every shape of a page: magnified, in colours of one's own, by the keyboard alone."""
    return [
        *magnified(found),
        *tiny(found),
        *enlarged(found),
        *spaced(found),
        *coloured(found),
        *printed(found),
        *walked(found, DESK),
        *walked(found, PHONE),
        *opened_and_left(found),
    ]


def magnified(found: Eye) -> list[str]:
    """A screen of 1280 px at 200 %."""
    screen = found.screen
    metrics = {"width": ZOOMED, "height": HEIGHT // 2, "deviceScaleFactor": 2, "mobile": False}
    screen.send("Emulation.setDeviceMetricsOverride", metrics)
    wrong = told("200 %", [*settled(found, "wide"), *found.ask("overlapping"), *settled(found, "cut")])
    screen.send("Emulation.clearDeviceMetricsOverride")
    screen.detach()
    return wrong


def tiny(found: Eye) -> list[str]:
    """A screen of 1280 px at 400 %."""
    found.at(SMALL)
    return told(SMALL, [*settled(found, "cut"), *found.ask("overlapping")])


def spaced(found: Eye) -> list[str]:
    """Lines, words and letters set as far apart as WCAG 1.4.12 lets people set them."""
    wrong = []
    found.page.evaluate("window.everybody.space(true)")
    for width in (PHONE, DESKTOP):
        found.at(width)
        wrong += told(
            f"spaced, {width}", [*settled(found, "wide"), *found.ask("overlapping"), *found.ask("cut")]
        )
    found.page.evaluate("window.everybody.space(false)")
    return wrong


def enlarged(found: Eye) -> list[str]:
    """Only the letters twice as large."""
    found.at(DESKTOP)
    found.page.evaluate("document.documentElement.style.fontSize = '200%'")
    wrong = told("letters 200 %", [*settled(found, "wide"), *found.ask("overlapping"), *found.ask("cut")])
    found.page.evaluate("document.documentElement.style.fontSize = ''")
    return wrong


def coloured(found: Eye) -> list[str]:
    found.page.emulate_media(forced_colors="active")
    wrong = told("forced colours", found.ask("invisible"))
    found.page.emulate_media(forced_colors="none")
    return wrong


def printed(found: Eye) -> list[str]:
    """On A4: nothing that only a screen can do, no letter that needs a ground to be read, nothing cut off."""
    found.at(PAPER)
    found.page.emulate_media(media="print")
    wrong = told("paper", [*settled(found, "wide"), *found.ask("cut"), *found.ask("unprintable")])
    found.page.emulate_media(media="screen")
    return wrong


def walked(found: Eye, width: int) -> list[str]:
    """Tab by Tab: everything is met once, the way to the content first; each shows that one is there, uncovered."""
    found.at(width)
    wrong = walk(found)
    # What is below the fold may come only while one walks, and bring what comes after it.
    for _once_more in range(WALKS_MORE if wrong else 0):
        found.settle()
        wrong = wrong and walk(found)
    return told(f"keyboard, {width}", wrong)


def walk(found: Eye) -> list[str]:
    steps = int(found.page.evaluate("window.everybody.startWalk()"))
    for _each in range(steps):
        found.page.keyboard.press("Tab")
    return found.ask("endWalk")


def opened_and_left(found: Eye) -> list[str]:
    """What opens above the page gives the focus back on Escape."""
    wrong = []
    for kind in ("popper", "dialog"):
        count = int(found.page.evaluate(f"window.everybody.{kind}s()"))
        for index in range(count):
            opener = found.page.evaluate_handle(f"window.everybody.{kind}({index})").as_element()
            assert opener is not None
            wrong += escape(found, opener, f"{kind} {index}")
    return wrong


def escape(found: Eye, opener: Any, name: str) -> list[str]:
    is_open: Callable[[], bool] = lambda: bool(opener.evaluate("one => window.everybody.isOpen(one)"))  # noqa: E731
    opener.focus()
    found.page.keyboard.press("Enter")
    if not is_open():
        return [f"{name} does not open by the keyboard"]
    found.page.keyboard.press("Escape")
    if is_open():
        return [f"{name} does not close on Escape"]
    if not opener.evaluate("one => document.activeElement === one"):
        return [f"{name} keeps the focus"]
    return []


def told(where: object, wrong: list[str]) -> list[str]:
    return [f"[{where}] {one}" for one in wrong]
