"""A request that is too heavy is refused before it is written to the disk."""

import asyncio
import errno
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.web.body import BodyLimit


def ask(parts, headers=(), heaviest=10, broken=None):
    """What the portal was given, and what the sender was told."""
    given, told, _ = conversation(parts, headers, heaviest, broken)
    return given, told


def conversation(parts, headers=(), heaviest=10, broken=None):
    coming, given, told = list(parts), [], []

    async def receive():
        body = coming.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(coming)}

    async def send(message):
        told.append(message)

    async def portal(scope, receive, send):
        while (message := await receive())["type"] == "http.request":
            given.append(message["body"])
            if broken is not None:
                raise broken
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200})
                return

    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    # A thread of its own: the browser tests leave a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(BodyLimit(portal, heaviest)(scope, receive, send))).result()
    page = b"".join(message.get("body", b"") for message in told).decode()
    return given, [message["status"] for message in told if "status" in message], page


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


@pytest.mark.parametrize(
    ("asked", "language", "sentence"),
    [
        (b"fr-FR,fr;q=0.9", "fr", "Cet envoi est trop lourd"),
        (b"en-GB,en;q=0.9", "en", "What you are sending is too large"),
        (b"\xff\xfe", "fr", "Cet envoi est trop lourd"),
    ],
)
def test_the_page_of_what_is_too_heavy_speaks_the_language_and_leads_on(asked, language, sentence):
    headers = [(b"content-length", b"11"), (b"accept-language", asked)]
    _, status, page = conversation([b""], headers)
    assert status == [413]
    assert f'<html lang="{language}">' in page
    assert sentence in page
    assert all(way in page for way in ('href="tel:15"', 'class="btn btn-primary" href="/"'))


def test_the_page_of_a_full_disk_says_so_and_not_that_something_broke():
    _, status, page = conversation([b"1"], broken=OSError(errno.ENOSPC, "No space left on device"))
    assert status == [503]
    assert "la place manque sur le serveur" in page
