"""What two pages of a call may say to each other, and the relay's passwords."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from core.web.permissions import NO_MEDIA
from teleconsult import signalling
from teleconsult.signalling import Chat, Hello, Malformed, Pace, Plain, Signal, State, read
from teleconsult.turn import ice_servers
from teleconsult.watch import Watch

PAGE = "0123456789abcdef"
CANDIDATE = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


def signal(body, **other):
    return {"kind": "signal", "to": 7, "instance": PAGE, "generation": 2, "body": body, **other}


def test_what_our_pages_write_is_read():
    state = {"microphone": True, "camera": False, "screen": False, "voice_only": True}
    frames = {
        json.dumps({"kind": "hello", "instance": PAGE}): Hello(PAGE),
        json.dumps({"kind": "beat"}): Plain("beat"),
        json.dumps({"kind": "chat", "text": "  Bonjour\x00 "}): Chat("Bonjour"),
        json.dumps({"kind": "state", **state}): State(**state),
        json.dumps(signal({"again": True})): Signal(7, PAGE, 2, {"again": True}),
        json.dumps(signal({"description": {"type": "offer", "sdp": "v=0"}})): Signal(
            7, PAGE, 2, {"description": {"type": "offer", "sdp": "v=0"}}
        ),
        json.dumps(signal({"candidate": {**CANDIDATE, "usernameFragment": None}})): Signal(
            7, PAGE, 2, {"candidate": {**CANDIDATE, "usernameFragment": None}}
        ),
    }
    assert {text: read(text) for text in frames} == frames


BAD = [
    "",
    "[]",
    "[" * 20_000,
    '{"kind": ["hello"]}',
    {"kind": "welcome"},
    {"kind": "hello"},
    {"kind": "hello", "instance": "../../etc/passwd"},
    {"kind": "hello", "instance": PAGE, "participant": 1},
    {"kind": "beat", "to": 7},
    {"kind": "chat", "text": " "},
    {"kind": "chat", "text": "x" * 2001},
    {"kind": "chat", "text": "\ud800"},
    {"kind": "chat", "text": "x", "name": "Dr Autre"},
    {"kind": "state", "microphone": 1, "camera": True, "screen": True, "voice_only": False},
    signal({"again": 1}),
    signal({}),
    signal({"again": True, "candidate": CANDIDATE}),
    signal({"description": {"type": "offer", "sdp": "x" * 60_001}}),
    signal({"description": {"type": "pranswer", "sdp": "v=0"}}),
    signal({"candidate": {**CANDIDATE, "relatedAddress": "10.0.0.1"}}),
    signal({"candidate": {"sdpMid": "0"}}),
    signal({"candidate": {**CANDIDATE, "sdpMLineIndex": -1}}),
    signal({"again": True}, to="7"),
    signal({"again": True}, to=True),
    signal({"again": True}, generation=10**9),
    signal({"again": True}, channel="specific.other!x"),
    {"kind": "chat", "text": "é" * 40_000},
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_nothing_else_is(bad):
    with pytest.raises(Malformed):
        read(bad if isinstance(bad, str) else json.dumps(bad))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["to", "instance", "generation", "body", "text", "microphone", "channel"]
KINDS = st.sampled_from(["hello", "signal", "state", "chat", "beat", "ice", "bye", "welcome"])
VALUES = JSON | st.just(PAGE) | st.just({"again": True}) | st.fixed_dictionaries({"candidate": JSON})


@settings(max_examples=25)
@given(KINDS, st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5))
def test_whatever_comes_is_a_frame_or_malformed(kind, fields):
    try:
        frame = read(json.dumps({"kind": kind, **fields}))
    except Malformed:
        return
    assert isinstance(frame, signalling.Frame.__value__)


def test_a_page_that_floods_is_stopped_and_one_that_begins_is_not():
    pace = Pace(rate=50, burst=150)
    assert all(pace.allows(1.0) for _ in range(150))
    assert not pace.allows(1.0)
    assert [pace.allows(1.1) for _ in range(6)] == [True] * 5 + [False]


def test_the_relay_s_password_is_the_one_that_coturn_computes(settings):
    now = clock.now()
    settings.TURN_URLS, settings.TURN_SECRET = [], ""
    assert ice_servers("anne", now) == []
    settings.TURN_URLS = ["stun:relais.example:3478", "turn:relais.example:3478?transport=udp"]
    settings.TURN_SECRET = "entre nous"
    username = f"{int((now + timedelta(hours=1)).timestamp())}:anne"
    digest = hmac.new(b"entre nous", username.encode(), hashlib.sha1).digest()
    assert ice_servers("anne", now) == [
        {"urls": ["stun:relais.example:3478"]},
        {
            "urls": ["turn:relais.example:3478?transport=udp"],
            "username": username,
            "credential": base64.b64encode(digest).decode(),
        },
    ]


@pytest.mark.django_db
def test_no_page_may_use_the_camera_unless_it_says_so(client):
    assert client.get(reverse("home")).headers["Permissions-Policy"] == NO_MEDIA
    assert client.get("/nulle-part/").headers["Permissions-Policy"] == NO_MEDIA


class Listening:
    """A socket as the watch sees it."""

    def __init__(self, participant):
        self.seat, self.heard = SimpleNamespace(participant=participant), []

    async def stands(self, standing):
        self.heard.append(standing)


def test_who_joins_while_the_rows_are_read_is_not_taken_for_nobody(monkeypatch):
    first, late = Listening(1), Listening(2)

    async def story():
        watch = Watch()
        watch._sockets.add(first)

        def read(people):
            watch._sockets.add(late)
            return dict.fromkeys(people, "admis")

        monkeypatch.setattr("teleconsult.watch.standings", read)
        await watch._rows()

    thread = threading.Thread(target=lambda: asyncio.run(story()))
    thread.start()
    thread.join(10)
    assert (first.heard, late.heard) == (["admis"], [])
