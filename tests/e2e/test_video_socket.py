"""The line behind a call: who is on it, what passes, who is hung up on; and that it survives its own silence."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from channels.layers import channel_layers
from channels_redis.core import RedisChannelLayer
from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from core import clock
from msp_portal.settings import base
from teleconsult.consumers import ELSEWHERE, LAYER_AWAY, NOT_UNDERSTOOD, SENT_OUT
from teleconsult.models import Participant, VideoVisit
from teleconsult.presence import presence
from tests.e2e.server import AsgiServer
from tests.e2e.video_house import VideoHouse

pytestmark = pytest.mark.django_db(transaction=True)
type PickUp = Callable[[Client, uuid.UUID], ClientConnection]
PAGES = {"doctor": "d" * 16, "patient": "a" * 16, "third": "f" * 16}


def dial(server: AsgiServer, client: Client | None, key: uuid.UUID, origin: str = "") -> ClientConnection:
    name = settings.SESSION_COOKIE_NAME
    cookie = {"Cookie": f"{name}={client.cookies[name].value}"} if client else {}
    return connect(
        f"{server.url.replace('http', 'ws')}/teleconsultation/{key}/signaux/",
        origin=origin or server.url,  # type: ignore[arg-type]
        additional_headers=cookie,
        open_timeout=10,
    )


@pytest.fixture
def pick_up(live_server: AsgiServer) -> Iterator[PickUp]:
    """Lines that are put down with the test."""
    with ExitStack() as lines:
        yield lambda client, key: lines.enter_context(dial(live_server, client, key))


def say(line: ClientConnection, kind: str, **fields: Any) -> None:
    line.send(json.dumps({"kind": kind, **fields}))


def hear(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next frame of one of these kinds; what the rows say comes when it comes."""
    while True:
        frame: dict[str, Any] = json.loads(line.recv(5))
        if frame["kind"] in kinds:
            return frame


def ended(line: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as caught:
        hear(line, "nothing of the kind")
    return caught.value.rcvd.code if caught.value.rcvd else 0


def refused(*args: Any, **kwargs: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        dial(*args, **kwargs)
    return caught.value.response.status_code


def test_only_who_is_admitted_is_on_the_line_and_is_heard_by_the_right_one(
    live_server: AsgiServer, pick_up: PickUp, video: VideoHouse
) -> None:
    key = video.visit.key
    assert refused(live_server, None, key) == 403
    assert refused(live_server, video.client(video.stranger), key) == 403
    assert refused(live_server, video.client(video.doctor), uuid.uuid4()) == 403
    assert refused(live_server, video.client(video.doctor), key, origin="https://ailleurs.example") == 403
    assert ended(pick_up(video.client(video.owner), key)) == SENT_OUT
    doctor, patient = video.person("practitioner"), video.admit("patient")
    first = pick_up(video.client(video.doctor), key)
    say(first, "hello", instance=PAGES["doctor"])
    assert hear(first, "welcome") == {
        "kind": "welcome",
        "me": {"participant": doctor.pk, "instance": PAGES["doctor"]},
        "people": [],
        "ice": [],
        "ice_seconds": 3600,
    }
    second = pick_up(video.client(video.owner), key)
    say(second, "chat", text="avant de se présenter")
    say(second, "hello", instance=PAGES["patient"])
    assert [one["name"] for one in hear(second, "welcome")["people"]] == [doctor.name]
    me = {"participant": patient.pk, "instance": PAGES["patient"]}
    assert hear(first, "joined", "chat") == {
        "kind": "joined",
        "who": {**me, "name": patient.name, "role": "patient"},
    }
    say(second, "signal", to=doctor.pk, instance="b" * 16, generation=1, body={"again": True})
    say(second, "signal", to=doctor.pk, instance=PAGES["doctor"], generation=1, body={"again": True})
    assert hear(first, "signal") == {"kind": "signal", "who": me, "generation": 1, "body": {"again": True}}
    say(second, "chat", text="Je vous entends.")
    said = {name: value for name, value in hear(first, "chat").items() if name != "at"}
    assert said == {"kind": "chat", "who": me, "name": patient.name, "text": "Je vous entends."}
    say(second, "beat")
    assert hear(second, "alive", "signal") == {"kind": "alive"}
    # Somebody knocks: who may admit hears of it, and nobody else.
    video.knock("third")
    while hear(first, "waiting") != {"kind": "waiting", "count": 1}:
        pass
    # The same person on another device takes his own place.
    again = pick_up(video.client(video.owner), key)
    say(again, "hello", instance="9" * 16)
    assert (ended(second), hear(first, "joined")["who"]["instance"]) == (ELSEWHERE, "9" * 16)
    # Sent out: his line ends within the second, the others are told to hang up on him.
    Participant.objects.filter(pk=patient.pk).update(admitted_at=None, seat=None)
    assert ended(again) == SENT_OUT
    while hear(first, "admitted")["people"] != [doctor.pk]:
        pass
    first.send(json.dumps({"kind": "chat", "text": "x", "name": "Dr Autre"}))
    assert ended(first) == NOT_UNDERSTOOD


def test_the_end_of_the_visit_ends_the_line(pick_up: PickUp, video: VideoHouse) -> None:
    line = pick_up(video.client(video.doctor), video.visit.key)
    say(line, "hello", instance=PAGES["doctor"])
    hear(line, "welcome")
    VideoVisit.objects.filter(pk=video.visit.pk).update(state="done", ended_at=clock.now())
    assert ended(line) == SENT_OUT


# --- Through Valkey ---------------------------------------------------------------------------------------------------


def layer_on(url: str, **host: Any) -> RedisChannelLayer:
    config = base.CHANNEL_LAYERS["video"]["CONFIG"]
    return RedisChannelLayer(**{**config, "hosts": [{**config["hosts"][0], "address": url, **host}]})


def in_a_loop_of_its_own[T](work: Callable[[], Any]) -> Any:
    """Playwright keeps a loop in the thread of the tests."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(work())))
    thread.start()
    thread.join(30)
    return found[0]


async def silence(layer: RedisChannelLayer, seconds: float) -> str:
    channel = await layer.new_channel()
    hearing = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(seconds)
    if hearing.done():
        return type(hearing.exception()).__name__
    await layer.send(channel, {"type": "news"})
    message: dict[str, str] = await asyncio.wait_for(hearing, 2)
    await layer.close_pools()
    return message["type"]


def test_a_silent_line_is_not_ended_by_the_layer(valkey_url: str) -> None:
    """channels-redis blocks for five seconds at a time, which is just when redis-py would lose patience."""
    assert (
        in_a_loop_of_its_own(lambda: silence(layer_on(valkey_url, socket_timeout=0.3), 1)) == "TimeoutError"
    )
    assert in_a_loop_of_its_own(lambda: silence(layer_on(valkey_url), 6)) == "news"


@contextmanager
def calls_over(layer: RedisChannelLayer) -> Iterator[None]:
    before = channel_layers.set("video", layer)
    try:
        yield
    finally:
        del channel_layers.backends["video"]  # where no call was made before, the next one makes its layer
        if before is not None:
            channel_layers.set("video", before)


@pytest.fixture
def _through_valkey(valkey_url: str) -> Iterator[None]:
    with calls_over(layer_on(valkey_url)):
        yield


@pytest.mark.usefixtures("_through_valkey")
def test_through_valkey_which_may_be_emptied(pick_up: PickUp, video: VideoHouse, valkey_url: str) -> None:
    import redis

    patient = video.admit("patient")
    first = pick_up(video.client(video.doctor), video.visit.key)
    say(first, "hello", instance=PAGES["doctor"])
    assert hear(first, "welcome")["people"] == []
    second = pick_up(video.client(video.owner), video.visit.key)
    say(second, "hello", instance=PAGES["patient"])
    assert len(hear(second, "welcome")["people"]) == 1
    assert hear(first, "joined")["who"]["participant"] == patient.pk
    with redis.Redis.from_url(valkey_url) as server:
        server.flushall()
        for line in (first, second):
            say(line, "beat")
            hear(line, "alive")
        say(second, "chat", text="Toujours là.")
        assert hear(first, "chat")["text"] == "Toujours là."
        assert server.hlen(f"video:present:call.{video.visit.key.hex}") == 2
        assert not any(b"again" in key or b"sdp" in key for key in server.scan_iter())
    second.close()
    assert hear(first, "left")["who"]["participant"] == patient.pk
    first.close()


def test_where_valkey_is_away_the_page_is_told_to_ask_again(pick_up: PickUp, video: VideoHouse) -> None:
    with calls_over(layer_on("unix:///nulle/part.sock")):
        line = pick_up(video.client(video.doctor), video.visit.key)
        assert ended(line) == LAYER_AWAY


def test_presence_in_one_process_forgets_who_left() -> None:
    layer = channel_layers["video"]

    async def story() -> list[int]:
        from teleconsult.presence import Present

        here = presence(layer)
        await here.note("call.x", "one", Present(1, "a", "Anne", "patient"))
        await here.note("call.x", "two", Present(2, "b", "Bo", "third"))
        await here.forget("call.x", "one")
        return [person.participant for person in (await here.read("call.x")).values()]

    assert in_a_loop_of_its_own(story) == [2]
