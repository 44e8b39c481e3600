"""A request that is too heavy is refused before it is read: the server would write all of it to the disk first.

One that the disk has no room for is refused too, with its own sentence.
"""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

import structlog
from django.core.handlers.asgi import ASGIRequest
from django.template.loader import render_to_string
from django.utils import translation

log = structlog.get_logger(__name__)

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Any, Any, Any], Awaitable[None]]

# What the page of an error needs of its own house, and nothing else.
POLICY = b"default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def is_full(error: BaseException | None) -> bool:
    """The disk, or one's share of it."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


class BodyLimit:
    """An ASGI application around another. What comes without a length is counted as it comes."""

    def __init__(self, app: App, heaviest: int) -> None:
        self.app, self.heaviest = app, heaviest

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not declared.isdigit() or int(declared) > self.heaviest:
            await self._refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        seen, answered = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            return {"type": "http.disconnect"} if seen > self.heaviest else message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except OSError as error:
            if answered or not is_full(error):
                raise
            log.exception("disk.full", where="request")
            await self._refuse(scope, send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        if seen > self.heaviest and not answered:
            await self._refuse(scope, send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def _refuse(self, scope: Message, send: Send, status: HTTPStatus) -> None:
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", POLICY),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": _page(scope, status).encode()})


def _page(scope: Message, status: HTTPStatus) -> str:
    """In the reader's language, although no middleware has seen the request."""
    with translation.override(translation.get_language_from_request(ASGIRequest(scope, BytesIO()))):
        return render_to_string(f"{status}.html", {"no_room": True})
