"""Sockets, each found in the routing: whoever opens one, and whatever is sent, nothing breaks and nothing is let in."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import Role, User
from core import clock
from msp_portal.asgi import routes, sockets
from teleconsult.consumers import ELSEWHERE, NOT_UNDERSTOOD, TOO_MANY
from tests.e2e.video_house import VideoHouse, make_video_house
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import VisitReasonFactory
from tests.factories.teleconsult_visit import a_video_visit
from tests.hostile.figures import Figures

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "http://testserver"
PAGE = "0123456789abcdef"
HEAVY = 1_000_000
TEXTS = [
    *("", "{", "null", "1e999", '"x"', "[]", "{}", "\x00", "[" * 20_000, "é" * 40_000, "x" * HEAVY),
    *('{"kind": null}', '{"kind": ["hello"]}', '{"kind": "welcome"}', '{"kind": "call.chat", "text": "x"}'),
    *('{"kind": "hello"}', '{"kind": "hello", "instance": 7}', '{"kind": "hello", "instance": "../../etc"}'),
    json.dumps({"kind": "chat", "text": "\ud800"}),
    json.dumps({"kind": "chat", "text": "x" * HEAVY}),
    json.dumps({"kind": "signal", "to": -1, "instance": PAGE, "generation": 1e400, "body": {"again": True}}),
    json.dumps({"type": "call.left", "who": {"participant": 1}}),
]
FRAMES: list[dict[str, Any]] = [
    *({"text": text} for text in TEXTS),
    *({"bytes": raw} for raw in (b"{}", b"\x00\xff" * 500, b"\xff" * HEAVY, b'{"kind": "beat"}')),
]
SOON = 20


def alone[**P, T](story: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **named: P.kwargs) -> T:
    """In a thread of its own: Playwright leaves a loop running in the one that the tests share."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(story(*args, **named))).result()


class Line(ApplicationCommunicator):
    """One socket, as a server hands it to the portal; what the portal does not catch comes out of `receive_output`."""

    async def connect(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(SOON)
        return bool(answer["type"] == "websocket.accept")

    async def say(self, **frame: Any) -> None:
        await self.send_input({"type": "websocket.receive", **frame})

    async def put_down(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(SOON)

    async def ends_with(self) -> int:
        """The code that it is closed with; what is said before is of no interest here."""
        while (said := await self.receive_output(SOON))["type"] != "websocket.close":
            pass
        await self.put_down()
        return int(said["code"])


def line(path: str, user: User | None, origin: str = ORIGIN, cookie: str = "") -> Line:
    """As a browser opens it."""
    if user is not None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = [(b"host", b"testserver"), (b"origin", origin.encode())]
    if cookie:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode("latin-1")))
    return Line(
        sockets,
        {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []},
    )


async def is_let_in(one: Line) -> bool:
    accepted = await one.connect()
    await one.put_down()
    return accepted


@pytest.fixture
def video() -> VideoHouse:
    return make_video_house()


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What nobody has caught is in the log."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def addresses(video: VideoHouse) -> dict[str, str]:
    """Each that is routed, and one that is not."""
    found = {str(route.pattern): "/" + str(route.pattern) for route in routes.routes if str(route.pattern)}
    for pattern, path in found.items():
        found[pattern] = path.replace("<uuid:key>", str(video.visit.key))
    assert len(found) == 4
    return {**found, "nowhere": "/nulle/part/"}


def test_nobody_comes_in_who_has_no_business_there(video: VideoHouse, quiet: None, figures: Figures) -> None:
    other = make_other_room()
    wrong = ["null", "https://ailleurs.example", "http://testserver:99999", "http://[", "\x00", ""]
    cookies = ["", "x", "\x00\xff" * 16, "a" * 4_000, "../../etc/passwd", ";=" * 50]
    for name, path in addresses(video).items():
        # Whoever tries his devices needs no account: it hears one word and is hung up on.
        is_open = "essai" in name
        knocking = [line(path, video.doctor, origin=origin) for origin in wrong]
        knocking += [] if is_open else [line(path, None, cookie=cookie) for cookie in cookies]
        knocking += [] if is_open else [line(path, video.stranger)]
        for one in knocking:
            assert alone(is_let_in, one) is False, name
            figures.count("refused")
    room = f"/teleconsultation/{other.visit.key}/signaux/"
    for key in (room, room.replace(str(other.visit.key), str(uuid.UUID(int=7)))):
        assert alone(is_let_in, line(key, video.doctor)) is False
        figures.count("refused")


def make_other_room() -> VideoHouse:
    """Of people who are nothing to the first."""
    visit = a_video_visit(reason=VisitReasonFactory(name="Autre visite"), start_at=clock.now())
    return VideoHouse(visit, UserFactory(), UserFactory(), UserFactory())


async def _listens(one: Line) -> list[str]:
    """All at once; what it answers, until it is asked to stop."""
    assert await one.connect()
    first = json.loads((await one.receive_output(SOON))["text"])
    for frame in [*FRAMES, *[{"text": '{"kind": "beat"}'}] * 500]:
        await one.say(**frame)
    said = [] if await one.receive_nothing(0.3) else [str(await one.receive_output(SOON))]
    await one.put_down()
    return [first["kind"], *said]


@pytest.mark.parametrize("path", ["/planning/direct/", "/coordination/direct/"])
def test_a_screen_that_only_listens_hears_nothing_of_it(path: str, quiet: None, figures: Figures) -> None:
    secretary = UserFactory()
    RoleAssignmentFactory(user=secretary, role=Role.SECRETARY)
    assert alone(_listens, line(path, secretary)) == ["ready"]
    figures.answers["ignored"] += len(FRAMES) + 500


async def _is_hung_up_on(one: Line, frame: dict[str, Any]) -> int:
    assert await one.connect()
    await one.say(**frame)
    return await one.ends_with()


def test_a_call_hangs_up_on_what_its_pages_do_not_write(
    video: VideoHouse, quiet: None, figures: Figures
) -> None:
    path = f"/teleconsultation/{video.visit.key}/signaux/"
    for frame in FRAMES:
        assert alone(_is_hung_up_on, line(path, video.doctor), frame) == NOT_UNDERSTOOD, str(frame)[:80]
        figures.count(NOT_UNDERSTOOD)


async def _floods(one: Line) -> int:
    assert await one.connect()
    hello = json.dumps({"kind": "hello", "instance": PAGE})
    for text in [hello, *[json.dumps({"kind": "beat"})] * 500]:
        await one.say(text=text)
    return await one.ends_with()


async def _twice(first: Line, second: Line) -> int:
    for one in (first, second):
        assert await one.connect()
    for one in (first, second):
        await one.say(text=json.dumps({"kind": "hello", "instance": PAGE}))
        await asyncio.sleep(0.2)
    code = await first.ends_with()
    await second.put_down()
    return code


def test_a_call_that_is_flooded_or_taken_twice_ends_the_one_who_does_it(
    video: VideoHouse, quiet: None, figures: Figures
) -> None:
    path = f"/teleconsultation/{video.visit.key}/signaux/"
    assert alone(_floods, line(path, video.doctor)) == TOO_MANY
    assert alone(_twice, line(path, video.doctor), line(path, video.doctor)) == ELSEWHERE
    figures.answers[str(TOO_MANY)] += 501
    figures.count(ELSEWHERE)
