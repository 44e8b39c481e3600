"""Looks at the rows behind all sockets of calls of this process, twice a second and only while there are any.

Whoever is sent out, and however (an action, the administration, a statement by hand), hears nothing more after that;
Redis has no part in it.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from teleconsult.seats import seats_of, standings

if TYPE_CHECKING:
    from teleconsult.consumers import CallConsumer

log = structlog.get_logger(__name__)

PERIOD = 0.5
SESSIONS_EVERY = 15.0


class Watch:
    """One a loop: a process has one loop, the tests have several."""

    _of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, Watch] = WeakKeyDictionary()

    @classmethod
    def here(cls) -> Watch:
        return cls._of_loop.setdefault(asyncio.get_running_loop(), cls())

    def __init__(self) -> None:
        self._sockets: set[CallConsumer] = set()
        self._task: asyncio.Task[None] | None = None

    def join(self, socket: CallConsumer) -> None:
        self._sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def leave(self, socket: CallConsumer) -> None:
        self._sockets.discard(socket)

    async def _look(self) -> None:
        sessions_at, is_lost = time.monotonic(), False
        while self._sockets:
            try:
                await self._rows()
                if time.monotonic() - sessions_at > SESSIONS_EVERY:
                    sessions_at = time.monotonic()
                    await self._sessions()
                is_lost = False
            except DatabaseError as error:
                # Nobody is sent out because the database is away: who speaks goes on speaking.
                if not is_lost:
                    log.warning("video.watch_lost", error=type(error).__name__)
                is_lost = True
            await asyncio.sleep(PERIOD)

    async def _rows(self) -> None:
        # Who joins while the rows are read is asked for the next time.
        sockets = list(self._sockets)
        people = {socket.seat.participant for socket in sockets}
        found = await database_sync_to_async(standings, thread_sensitive=False)(people)
        for socket in sockets:
            await socket.stands(found.get(socket.seat.participant))

    async def _sessions(self) -> None:
        sockets = list(self._sockets)
        asked = {(socket.session_key, socket.visit_key) for socket in sockets}
        found = await database_sync_to_async(seats_of, thread_sensitive=False)(asked)
        for socket in sockets:
            seat = found.get((socket.session_key, socket.visit_key))
            if seat is None or seat.participant != socket.seat.participant:
                await socket.send_out()
