"""A request that is too heavy is refused before it is read: the server would write all of it to the disk first.

One that the disk has no room for is refused too, with its own sentence.
"""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

log = structlog.get_logger(__name__)

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Any, Any, Any], Awaitable[None]]

PAGE = (
    '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>{title}</title><h1>{title}</h1><p role="alert">{sentence}</p>'
)
TOO_HEAVY = PAGE.format(
    title="Cet envoi est trop lourd",
    sentence="Envoyez vos fichiers en plusieurs fois : 20 Mo au plus pour chacun. Revenez en arrière :"
    " ce que vous aviez écrit y est encore.",
)
NO_ROOM = PAGE.format(
    title="Votre envoi n’a pas été reçu",
    sentence="En ce moment, la place manque sur le serveur. Revenez en arrière : ce que vous aviez écrit y est encore."
    " Réessayez dans un moment, ou appelez-nous.",
)


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
            await self._refuse(send, 413, TOO_HEAVY)
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
            await self._refuse(send, 503, NO_ROOM)
            return
        if seen > self.heaviest and not answered:
            await self._refuse(send, 413, TOO_HEAVY)

    async def _refuse(self, send: Send, status: int, page: str) -> None:
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", b"default-src 'none'"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": page.encode()})
