"""Sockets that say what changed, never what is in it: each screen asks anew for what its reader may see.

A room gives a reader of its news (`Follower`), who may listen, and an address; see `appointments/consumers.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.db import DatabaseError

log = structlog.get_logger(__name__)

# How often the sessions behind the sockets are looked at, and how often a silent line is proved alive.
CHECK_EVERY = 15.0
SLOWEST_READER = 10.0
SESSION_OVER = 4401
MESSAGE_TOO_SLOW = 4408

type Frame = list[int | str]


class Follower(Protocol):
    """One reader of what changed. The first reading only finds out how things stand."""

    def news(self) -> list[Frame]: ...


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One screen. It only listens."""

    # What a room says of its own: who reads the news, and how often.
    follower: ClassVar[Callable[[], Follower]]
    period: ClassVar[float] = 0.25
    # A gap so long, and all is asked for anew.
    longest_gap: ClassVar[timedelta] = timedelta(minutes=2, seconds=30)
    _boards: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, Board]]

    session_key = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._boards = WeakKeyDictionary()

    @staticmethod
    def allowed(keys: Iterable[str]) -> set[str]:
        """Which of these sessions may listen: none, until the room says who."""
        return set()

    @classmethod
    def board(cls) -> Board:
        """One a loop: a process has one loop, the tests have several."""
        return cls._boards.setdefault(asyncio.get_running_loop(), Board(cls))

    async def connect(self) -> None:
        self.session_key = self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME, "")
        if not same_origin(self.scope) or not await database_sync_to_async(type(self).allowed)(
            {self.session_key}
        ):
            await self.close()
            return
        await self.accept()
        await self.board().join(self)
        await self.send_json({"kind": "ready"})

    async def disconnect(self, code: int) -> None:
        self.board().leave(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Nothing that a screen could say is listened to."""


class Board:
    """All screens of this process, and the one reader of the log that tells them."""

    def __init__(self, kind: type[LiveConsumer]) -> None:
        self._kind = kind
        self._screens: set[LiveConsumer] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None
        self._stands = asyncio.Event()

    async def join(self, screen: LiveConsumer) -> None:
        """From the end of this call on it hears every change that is committed."""
        self._screens.add(screen)
        if self._reader is None or self._reader.done():
            self._stands.clear()
            self._reader = asyncio.create_task(self._read())
        await self._stands.wait()

    def leave(self, screen: LiveConsumer) -> None:
        self._screens.discard(screen)

    async def _read(self) -> None:
        follower, read_at, checked_at, is_lost = self._kind.follower(), 0.0, time.monotonic(), False
        while self._screens:
            try:
                news = await database_sync_to_async(follower.news, thread_sensitive=False)()
                if time.monotonic() - checked_at > CHECK_EVERY:
                    checked_at = time.monotonic()
                    await self._check_sessions()
            except DatabaseError as error:
                if not is_lost:
                    log.warning("live.lost", error=type(error).__name__)
                is_lost = True
                await asyncio.sleep(2)
                continue
            # What was forgotten, or lost with the server, is asked for anew.
            gap = time.monotonic() - read_at > self._kind.longest_gap.total_seconds()
            if is_lost or (gap and read_at):
                self._tell({"kind": "anew"})
            elif news:
                self._tell({"kind": "changed", "changes": news})
            read_at, is_lost = time.monotonic(), False
            self._stands.set()
            await asyncio.sleep(self._kind.period)

    async def _check_sessions(self) -> None:
        keys = {screen.session_key for screen in self._screens}
        allowed = await database_sync_to_async(self._kind.allowed, thread_sensitive=False)(keys)
        for screen in list(self._screens):
            if screen.session_key in allowed:
                self._tell({"kind": "alive"}, [screen])
            else:
                self.leave(screen)
                self._spawn(screen.close(code=SESSION_OVER))

    def _tell(self, message: dict[str, Any], screens: Iterable[LiveConsumer] | None = None) -> None:
        for screen in list(self._screens if screens is None else screens):
            self._spawn(self._send(screen, message))

    def _spawn(self, work: Any) -> None:
        """Beside the reading: a screen that does not take its messages holds up no other."""
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[None]) -> None:
        self._telling.discard(task)
        if not task.cancelled():
            task.exception()  # a screen that has gone meanwhile is no error

    async def _send(self, screen: LiveConsumer, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SLOWEST_READER):
                await screen.send_json(message)
        except TimeoutError:
            self.leave(screen)
            with contextlib.suppress(Exception):
                await screen.close(code=MESSAGE_TOO_SLOW)


class ReadableOrigin:
    """An ASGI application around another: what no browser says of where it comes from is refused before it is read."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            for name, value in scope["headers"]:
                if name == b"origin":
                    # Both are read further down, and both raise.
                    _port = urlsplit(value.decode("latin-1")).port
        except ValueError:
            await WebsocketDenier()(scope, receive, send)
            return
        await self.app(scope, receive, send)


def same_origin(scope: Any) -> bool:
    """A page of another site may open a socket here with our cookies: browsers forbid it only to fetch."""
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
