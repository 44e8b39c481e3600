"""A request that is too heavy is refused before it is read: the server would write all of it to the disk first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Any, Any, Any], Awaitable[None]]

PAGE = (
    '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Envoi trop lourd</title><h1>Cet envoi est trop lourd</h1>"
    '<p role="alert">Envoyez vos fichiers en plusieurs fois : 20 Mo au plus pour chacun. Revenez en arrière :'
    " ce que vous aviez écrit y est encore.</p>"
)


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
            await self._refuse(send)
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

        await self.app(scope, counted, noted)
        if seen > self.heaviest and not answered:
            await self._refuse(send)

    async def _refuse(self, send: Send) -> None:
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", b"default-src 'none'"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE.encode()})
