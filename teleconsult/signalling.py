"""What a page of a call may say to another, word by word. Pure: reads a frame, or refuses it; knows no socket.

Each frame is made anew from the fields that are named here: what else a page wrote does not get through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HEAVIEST = 64 * 1024
LONGEST_SDP = 60_000
LONGEST_CANDIDATE = 2_000
LONGEST_CHAT = 2_000
MOST_GENERATIONS = 100_000
_INSTANCE = re.compile(r"[0-9a-f]{16,32}")
_DESCRIPTIONS = {"offer", "answer", "rollback"}

type Fields = dict[str, Any]


class Malformed(ValueError):  # noqa: N818 – an adjective, as Refusal's heirs are
    """Nothing that our pages write. Its text never quotes the frame: it may hold addresses of the person."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A page presents itself: an instance lives as long as the page, through any number of sockets."""

    instance: str


@dataclass(frozen=True, slots=True)
class Signal:
    """For one page alone. `body` is a description, a candidate, or the wish to begin again."""

    to: int
    instance: str
    generation: int
    body: Fields


@dataclass(frozen=True, slots=True)
class State:
    microphone: bool
    camera: bool
    screen: bool
    voice_only: bool


@dataclass(frozen=True, slots=True)
class Chat:
    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """`beat`: still here. `ice`: new passwords for the relay, please. `bye`: left by the button."""

    kind: str


type Frame = Hello | Signal | State | Chat | Plain


def read(text: str) -> Frame:
    """The frame, or Malformed."""
    if len(text) > HEAVIEST or len(text.encode(errors="replace")) > HEAVIEST:
        raise Malformed("too heavy")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None
    if not isinstance(frame, dict):
        raise Malformed("no object")
    kind = frame.pop("kind", None)
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise Malformed("unknown kind")
    return reader(frame)


class Pace:
    """So many frames a second at most, with room for the burst of a beginning."""

    def __init__(self, rate: float = 50, burst: float = 150) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, burst, 0.0

    def allows(self, now: float) -> bool:
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def _only(fields: Fields, *names: str) -> list[Any]:
    """Exactly these fields, in this order."""
    if fields.keys() != set(names):
        raise Malformed("other fields")
    return [fields[name] for name in names]


def _text(value: object, longest: int, shortest: int = 0) -> str:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise Malformed("text")
    # A lone surrogate is JSON, but nothing that a socket could carry on.
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Malformed("text")
    return value


def _number(value: object, highest: int) -> int:
    # True is an int to Python, not to us.
    if type(value) is not int or not 0 <= value <= highest:
        raise Malformed("number")
    return value


def _instance(value: object) -> str:
    text = _text(value, 32, 16)
    if not _INSTANCE.fullmatch(text):
        raise Malformed("instance")
    return text


def _hello(fields: Fields) -> Hello:
    (instance,) = _only(fields, "instance")
    return Hello(_instance(instance))


def _signal(fields: Fields) -> Signal:
    to, instance, generation, body = _only(fields, "to", "instance", "generation", "body")
    return Signal(
        to=_number(to, 2**53),
        instance=_instance(instance),
        generation=_number(generation, MOST_GENERATIONS),
        body=_body(body),
    )


def _body(body: object) -> Fields:
    if not isinstance(body, dict) or len(body) != 1:
        raise Malformed("body")
    (name, value), *_rest = body.items()
    if name == "again" and value is True:
        return {"again": True}
    if name == "description" and isinstance(value, dict):
        type_, sdp = _only({"sdp": "", **value}, "type", "sdp")
        if type_ not in _DESCRIPTIONS:
            raise Malformed("description")
        return {"description": {"type": type_, "sdp": _text(sdp, LONGEST_SDP)}}
    if name == "candidate" and isinstance(value, dict):
        return {"candidate": _candidate(value)}
    raise Malformed("body")


def _candidate(value: Fields) -> Fields:
    """RTCIceCandidateInit: what is left out, or null, stays so."""
    limits: dict[str, Callable[[object], object]] = {
        "candidate": lambda one: _text(one, LONGEST_CANDIDATE),
        "sdpMid": lambda one: _text(one, 64),
        "sdpMLineIndex": lambda one: _number(one, 64),
        "usernameFragment": lambda one: _text(one, 256),
    }
    if "candidate" not in value or not value.keys() <= limits.keys():
        raise Malformed("candidate")
    return {
        name: None if one is None and name != "candidate" else limits[name](one)
        for name, one in value.items()
    }


def _state(fields: Fields) -> State:
    values = _only(fields, "microphone", "camera", "screen", "voice_only")
    if not all(isinstance(value, bool) for value in values):
        raise Malformed("state")
    return State(*values)


def _chat(fields: Fields) -> Chat:
    (text,) = _only(fields, "text")
    said = _text(text, LONGEST_CHAT, 1).replace("\x00", "").strip()
    if not said:
        raise Malformed("text")
    return Chat(said)


def _plain(kind: str) -> Callable[[Fields], Frame]:
    def reader(fields: Fields) -> Frame:
        _only(fields)
        return Plain(kind)

    return reader


_READERS: dict[str, Callable[[Fields], Frame]] = {
    "hello": _hello,
    "signal": _signal,
    "state": _state,
    "chat": _chat,
    **{kind: _plain(kind) for kind in ("beat", "ice", "bye")},
}
