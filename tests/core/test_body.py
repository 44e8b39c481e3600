"""A request that is too heavy is refused before it is written to the disk."""

import asyncio
import errno
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.web.body import BodyLimit


def ask(parts, headers=(), heaviest=10, broken=None):
    """What the portal was given, and what the sender was told."""
    coming, given, told = list(parts), [], []

    async def receive():
        body = coming.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(coming)}

    async def send(message):
        told.append(message.get("status"))

    async def portal(scope, receive, send):
        while (message := await receive())["type"] == "http.request":
            given.append(message["body"])
            if broken is not None:
                raise broken
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200})
                return

    scope = {"type": "http", "headers": list(headers)}
    # A thread of its own: the browser tests leave a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(BodyLimit(portal, heaviest)(scope, receive, send))).result()
    return given, [status for status in told if status]


def test_what_fits_comes_in():
    assert ask([b"12345", b"67890"], [(b"content-length", b"10")]) == ([b"12345", b"67890"], [200])


@pytest.mark.parametrize("length", [b"11", b"99999999999999", b"-1", b"x"])
def test_what_says_that_it_is_too_heavy_is_not_read(length):
    assert ask([b"12345"], [(b"content-length", length)]) == ([], [413])


def test_what_does_not_say_is_counted():
    assert ask([b"12345", b"67890", b"1"]) == ([b"12345", b"67890"], [413])


def test_what_the_disk_has_no_room_for_is_said():
    assert ask([b"12345"], broken=OSError(errno.ENOSPC, "No space left on device")) == ([b"12345"], [503])
    with pytest.raises(OSError, match="Input/output"):
        ask([b"12345"], broken=OSError(errno.EIO, "Input/output error"))
