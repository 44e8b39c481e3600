"""The sockets of the screens that show the schedule. What they hear is whose day changed, never what is in it:
each asks anew for what its reader may see."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError

from accounts.sessions import user_of
from appointments.access import may_read_schedule
from appointments.live import KEPT_FOR, Change, Follower

log = structlog.get_logger(__name__)

# One query each time, and only while somebody looks.
PERIOD = 0.25
# How often the sessions behind the sockets are looked at, and how often a silent line is proved alive.
CHECK_EVERY = 15.0
SLOWEST_READER = 10.0
SESSION_OVER = 4401
MESSAGE_TOO_SLOW = 4408


class ScheduleConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One screen. It only listens."""

    session_key = ""

    async def connect(self) -> None:
        self.session_key = self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME, "")
        if not _same_origin(self.scope) or not await database_sync_to_async(_allowed)({self.session_key}):
            await self.close()
            return
        await self.accept()
        await board().join(self)
        await self.send_json({"kind": "ready"})

    async def disconnect(self, code: int) -> None:
        board().leave(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Nothing that a screen could say is listened to."""


class Nowhere(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Every other address: refused without a word in the log."""

    async def connect(self) -> None:
        await self.close()


class Board:
    """All screens of this process, and the one reader of the log that tells them."""

    def __init__(self) -> None:
        self._screens: set[ScheduleConsumer] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None
        self._stands = asyncio.Event()

    async def join(self, screen: ScheduleConsumer) -> None:
        """From the end of this call on it hears every change that is committed."""
        self._screens.add(screen)
        if self._reader is None or self._reader.done():
            self._stands.clear()
            self._reader = asyncio.create_task(self._read())
        await self._stands.wait()

    def leave(self, screen: ScheduleConsumer) -> None:
        self._screens.discard(screen)

    async def _read(self) -> None:
        follower, read_at, checked_at, is_lost = Follower(), 0.0, time.monotonic(), False
        while self._screens:
            try:
                news = await database_sync_to_async(follower.news, thread_sensitive=False)()
                if time.monotonic() - checked_at > CHECK_EVERY:
                    checked_at = time.monotonic()
                    await self._check_sessions()
            except DatabaseError as error:
                if not is_lost:
                    log.warning("schedule.live_lost", error=type(error).__name__)
                is_lost = True
                await asyncio.sleep(2)
                continue
            # What was forgotten, or lost with the server, is asked for anew.
            gap = time.monotonic() - read_at > KEPT_FOR.total_seconds() / 2
            if is_lost or (gap and read_at):
                self._tell({"kind": "anew"})
            elif news:
                self._tell({"kind": "changed", "changes": [_frame(change) for change in news]})
            read_at, is_lost = time.monotonic(), False
            self._stands.set()
            await asyncio.sleep(PERIOD)

    async def _check_sessions(self) -> None:
        keys = {screen.session_key for screen in self._screens}
        allowed = await database_sync_to_async(_allowed, thread_sensitive=False)(keys)
        for screen in list(self._screens):
            if screen.session_key in allowed:
                self._tell({"kind": "alive"}, [screen])
            else:
                self.leave(screen)
                self._spawn(screen.close(code=SESSION_OVER))

    def _tell(self, message: dict[str, Any], screens: Iterable[ScheduleConsumer] | None = None) -> None:
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

    async def _send(self, screen: ScheduleConsumer, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SLOWEST_READER):
                await screen.send_json(message)
        except TimeoutError:
            self.leave(screen)
            with contextlib.suppress(Exception):
                await screen.close(code=MESSAGE_TOO_SLOW)


_boards: WeakKeyDictionary[asyncio.AbstractEventLoop, Board] = WeakKeyDictionary()


def board() -> Board:
    """One a loop: a process has one loop, the tests have several."""
    return _boards.setdefault(asyncio.get_running_loop(), Board())


def _frame(change: Change) -> list[int | str]:
    return [change.practitioner_id, change.first.isoformat(), change.last.isoformat()]


def _same_origin(scope: Any) -> bool:
    """A page of another site may open a socket here with our cookies: browsers forbid it only to fetch."""
    headers = dict(scope["headers"])
    origin, host = headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def _allowed(keys: Iterable[str]) -> set[str]:
    return {key for key in keys if key and (user := user_of(key)) is not None and may_read_schedule(user)}
