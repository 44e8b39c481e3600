"""A centre that is open the day after tomorrow in real time, since a browser has a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.db import connection
from django.urls import resolve, reverse
from playwright.sync_api import Browser, BrowserType, Locator, Page, expect

from accounts.models import Role, User
from appointments.models import VisitReason
from core import clock
from patients.models import Patient
from patients.models.proxy import Relation
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.server import AsgiServer
from tests.e2e.video_house import FAKE_MEDIA, Enter, VideoHouse, make_video_house
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import OpeningFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory

# A small phone, which is also a 1280 px screen at 400 %; a phone; a desk.
SMALL, PHONE, DESK = 320, 390, 1440
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # What passes is not read; leaving it out takes a third of the time away.
    "resultTypes": ["violations"],
    "preload": False,
}


# A machine that starts browsers, servers and two workers at once may be slow; slow is not wrong.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the browser itself gave up (not what a test found wrong) is tried once more, and the report says « R »."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[r"^(TimeoutError|Error): "]))


@dataclass
class House:
    """One doctor, two mornings, one mother with a child."""

    reason: VisitReason
    mother: User
    patient: Patient
    child: Patient
    day: date

    def at(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        return clock.at(self.day + timedelta(days=days), time(hour, minute))

    def slot(self, hour: int, minute: int = 0, days: int = 0) -> str:
        """A CSS selector of the slot's button on any page."""
        start = clock.local(self.at(hour, minute, days)).isoformat(timespec="minutes")
        return f'button.slot:has(time[datetime^="{start[:16]}"])'


@pytest.fixture
def secretary(transactional_db: None) -> User:
    user = make_account("accueil@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


@pytest.fixture
def house(transactional_db: None) -> House:
    reason = VisitReasonFactory(name="Consultation", what_to_bring="Carte Vitale", horizon_days=60)
    day = day_after_tomorrow()
    for days in (0, 1):
        start = clock.at(day + timedelta(days=days), time(8))
        OpeningFactory(practitioner=reason.practitioner, start_at=start, end_at=start + timedelta(hours=2))
    mother = UserFactory(email="mere@example.org")
    mother.set_password(PASSWORD)
    mother.save()
    EmailAddress.objects.create(user=mother, email=mother.email, verified=True, primary=True)
    patient = PatientFactory(birth_name="Lefebvre", birth_first_names="Jeanne")
    born = clock.today().replace(day=1) - timedelta(days=8 * 365)
    child = PatientFactory(birth_name="Lefebvre", birth_first_names="Lou", birth_date=born)
    ProxyFactory(user=mother, patient=patient)
    ProxyFactory(user=mother, patient=child, relation=Relation.CHILD)
    return House(reason, mother, patient, child, day)


def day_after_tomorrow() -> date:
    """Whatever weekday it is: within the seven days that the search shows, and more than a day away, so that the
    patient may still move or cancel."""
    return clock.today() + timedelta(days=2)


# The server's own sessions on this database that are at work.
AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


@pytest.fixture(autouse=True)
def _let_the_server_finish(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that the browser has left is still being made: emptying its tables meanwhile is a deadlock."""
    yield
    if request.node.get_closest_marker("django_db") is None:
        return
    for _each in range(100):
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK)
            if cursor.fetchone() == (0,):
                return
        sleep(0.05)


@pytest.fixture(scope="session")
def live_server() -> Iterator[AsgiServer]:
    """Instead of pytest-django's: pages and sockets."""
    server = AsgiServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR"}


@pytest.fixture
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A phone, where the module of the test or its own parameter names no other WIDTH; it hears what goes wrong."""
    width = getattr(request, "param", getattr(request.module, "WIDTH", PHONE))
    context = browser.new_context(
        viewport={"width": width, "height": 850}, locale="fr-FR", timezone_id="Europe/Paris"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # The browser itself reports the status of a refused page, and a network that the test cut; all else is a defect.
    expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    assert [text for text in complaints if not any(one in text for one in expected)] == []


def follow(link: Locator) -> None:
    """Click what leads to another page, and be there: a click alone returns while the old page still stands."""
    with link.page.expect_navigation():
        link.click()


def barriers(page: Page) -> list[Any]:
    """What axe-core finds at the width of the page."""
    found = Axe().run(page, options=WCAG)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found.response["violations"]]


FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def too_wide(page: Page, widths: tuple[int, ...] = (PHONE, DESK)) -> list[int]:
    """The widths at which the page scrolls sideways; it is left as wide as it was."""
    before = page.viewport_size
    assert before is not None
    wrong = []
    for width in (*widths, before["width"]):
        page.set_viewport_size({"width": width, "height": before["height"]})
        for _each in range(30):  # what is drawn follows a moment later
            if page.evaluate(FITS):
                break
            page.wait_for_timeout(100)
        else:
            wrong.append(width)
    return wrong


# What the tests of this process have already looked at: the address without its records, and the shape of the page.
SEEN: set[tuple[str, ...]] = set()
SHAPE = """() => [...document.querySelectorAll("body *")].map((one) => [one.localName, ...one.classList,
  one.getAttribute("role"), one.getAttribute("aria-invalid"), one.open, one.hidden].join(".")).join(" ")"""


def no_barrier(page: Page) -> None:
    """axe-core finds nothing, and nothing scrolls sideways, on a phone as on a desk; each shape of a page once."""
    screen = (resolve(urlsplit(page.url).path).view_name, str(page.viewport_size), page.evaluate(SHAPE))
    if screen in SEEN:
        return
    SEEN.add(screen)
    assert barriers(page) == []
    assert too_wide(page) == []


def look_at(page: Page, url: str, status: int = 200) -> list[Any]:
    """What is wrong with a screen at every width: barriers, errors of the console, sideways scrolling."""
    wrong: list[Any] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    answer = page.goto(url)
    assert answer is not None
    if answer.status != status:
        wrong.append(answer.status)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 850})
        wrong += barriers(page)
    wrong += too_wide(page, (SMALL, PHONE, DESK))
    return [one for one in wrong if status == 200 or f"status of {status}" not in str(one)]


def last_code() -> str:
    """The six signs of the newest e-mail."""
    import re

    message: Any = mail.outbox[-1]
    found = re.search(r"\b(\d{6}|[A-Z0-9]{3}-?[A-Z0-9]{3})\b", message.body)
    assert found, message.body
    return found[1]


@pytest.fixture
def video(transactional_db: None) -> VideoHouse:
    return make_video_house()


@pytest.fixture(scope="session")
def media_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], browser: Browser
) -> Iterator[Browser]:
    """A browser whose camera shows a clock and whose microphone beeps. `browser`: skipped where there is none."""
    args = [*browser_type_launch_args["args"], *FAKE_MEDIA]
    found = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield found
    found.close()


@pytest.fixture
def enter(media_browser: Browser, live_server: AsgiServer, video: VideoHouse) -> Iterator[Enter]:
    """The page of the call of this person, in a browser of his own; complaints of all pages are defects."""
    complaints: list[str] = []
    with ExitStack() as contexts:

        def page_of(client: Any, path: str = "", *, status: int = 200, **options: Any) -> Page:
            context = contexts.enter_context(video.context(media_browser, live_server, client, **options))
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda message: complaints.append(message.text) if message.type == "error" else None,
            )
            answer = page.goto(f"{live_server}{path or reverse('video_call', args=[video.visit.key])}")
            assert answer is not None
            assert answer.status == status
            return page

        yield page_of
    ours = ("status of 4", "WebSocket connection", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION")
    assert [text for text in complaints if not any(one in text for one in ours)] == []
