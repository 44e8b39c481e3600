"""The socket of one page of a call. It passes on what two browsers need to find each other; sound and picture never
come this way, and nothing that is said here is kept or logged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from dataclasses import asdict
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from redis.exceptions import RedisError

from core import clock
from core.web.sockets import same_origin
from teleconsult import signalling
from teleconsult.presence import Present, presence
from teleconsult.seats import Seat, Standing, seat_of
from teleconsult.turn import LIFE, ice_servers
from teleconsult.watch import Watch

log = structlog.get_logger(__name__)

# What each means to the page is written in static/js/video/socket.js.
NOT_UNDERSTOOD = 4400
SENT_OUT = 4401
ELSEWHERE = 4409
TOO_MANY = 4429
LAYER_AWAY = 4503
# A browser that does not take what is said to it holds nobody up.
SLOWEST_READER = 10.0


class CallConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Admitted people only, and only as long as they are (watch.py)."""

    channel_layer_alias = "video"

    seat: Seat
    visit_key: uuid.UUID
    session_key = ""
    instance = ""
    _is_accepted = False
    _is_closing = False
    _standing: Standing | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, OSError) as error:
            # The page asks again; the pictures go from one browser to the other meanwhile.
            log.warning("video.layer_away", error=type(error).__name__)
            Watch.here().leave(self)
            with contextlib.suppress(Exception):
                if not self._is_accepted:
                    await send({"type": "websocket.accept"})
                await send({"type": "websocket.close", "code": LAYER_AWAY})

    # --- Coming and going -----------------------------------------------------------------------------------------

    async def connect(self) -> None:
        self.visit_key = self.scope["url_route"]["kwargs"]["key"]
        self.session_key = self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME, "")
        self._pace = signalling.Pace()
        seat = None
        if same_origin(self.scope):
            seat = await database_sync_to_async(seat_of, thread_sensitive=False)(
                self.session_key, self.visit_key
            )
        if seat is None:
            await self.close()
            return
        self.seat = seat
        await self.accept()
        self._is_accepted = True
        if not seat.is_open:
            await self.send_out()
            return
        Watch.here().join(self)

    async def disconnect(self, code: int) -> None:
        self._is_closing = True
        Watch.here().leave(self)
        if self.instance:
            await self._presence.forget(self._call, self.channel_name)
            await self.channel_layer.group_discard(self._call, self.channel_name)
            await self._tell("call.left", self._me())

    async def send_out(self) -> None:
        await self._end(SENT_OUT)

    async def stands(self, standing: Standing | None) -> None:
        """What the rows say now; called twice a second."""
        is_same = standing is not None and standing.token_version == self.seat.token_version
        if standing is None or not standing.may_stay or not is_same:
            await self.send_out()
            return
        before, self._standing = self._standing, standing
        if not self.instance:
            return
        if self.seat.admits and (before is None or before.waiting != standing.waiting):
            await self._say({"kind": "waiting", "count": len(standing.waiting)})
        if before is None or before.is_interrupted != standing.is_interrupted:
            await self._say({"kind": "telephone", "on": standing.is_interrupted})
        if before is None or before.admitted != standing.admitted:
            # Who is not named is hung up on: his own page may not be asked to do it.
            await self._say({"kind": "admitted", "people": list(standing.admitted)})

    # --- What the page says ---------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closing:
            return
        if not self._pace.allows(time.monotonic()):
            await self._end(TOO_MANY)
            return
        try:
            frame = signalling.read(text_data or "")
        except signalling.Malformed as error:
            log.info("video.malformed", why=str(error))
            await self._end(NOT_UNDERSTOOD)
            return
        if isinstance(frame, signalling.Hello):
            await self._join(frame)
        elif self.instance:
            await self._pass_on(frame)

    async def _join(self, hello: signalling.Hello) -> None:
        """In this order, so that of two who come at once at least one hears of the other."""
        if self.instance:
            return
        await self.channel_layer.group_add(self._call, self.channel_name)
        self.instance = hello.instance
        await self._presence.note(self._call, self.channel_name, self._present())
        others = await self._presence.read(self._call)
        people = {
            one.participant: asdict(one) for channel, one in others.items() if channel != self.channel_name
        }
        people.pop(self.seat.participant, None)
        await self._say({"kind": "welcome", "me": self._me(), "people": list(people.values()), **self._ice()})
        self._standing = None
        await self._tell("call.joined", asdict(self._present()), channel=self.channel_name)

    async def _pass_on(self, frame: signalling.Frame) -> None:
        match frame:
            case signalling.Signal():
                told = {"to": [frame.to, frame.instance], "generation": frame.generation, "body": frame.body}
                await self._tell("call.signal", self._me(), **told)
            case signalling.State():
                await self._tell("call.state", self._me(), state=asdict(frame))
            case signalling.Chat():
                said = {"text": frame.text, "at": clock.local(clock.now()).strftime("%H:%M")}
                await self._tell("call.chat", self._me(), name=self.seat.name, **said)
            case signalling.Plain("beat"):
                # Written anew each time: Redis may have been emptied meanwhile.
                await self.channel_layer.group_add(self._call, self.channel_name)
                await self._presence.note(self._call, self.channel_name, self._present())
                await self._say({"kind": "alive"})
            case signalling.Plain("ice"):
                await self._say({"kind": "ice", **self._ice()})
            case signalling.Plain("bye"):
                await self._tell("call.gone", self._me())

    # --- What the others say --------------------------------------------------------------------------------------

    async def call_joined(self, event: dict[str, Any]) -> None:
        who = event["who"]
        if event["channel"] == self.channel_name:
            return
        if who["participant"] == self.seat.participant:
            # The same page through a new socket, or the same person on another device: the newest counts.
            await self._end(ELSEWHERE)
            return
        await self._say({"kind": "joined", "who": who})

    async def call_signal(self, event: dict[str, Any]) -> None:
        if event["to"] == [self.seat.participant, self.instance]:
            names = ("who", "generation", "body")
            await self._say({"kind": "signal", **{name: event[name] for name in names}})

    async def call_state(self, event: dict[str, Any]) -> None:
        await self._hear("state", event, "state")

    async def call_chat(self, event: dict[str, Any]) -> None:
        await self._hear("chat", event, "name", "text", "at", also_own=True)

    async def call_left(self, event: dict[str, Any]) -> None:
        await self._hear("left", event)

    async def call_gone(self, event: dict[str, Any]) -> None:
        await self._hear("gone", event)

    async def _hear(self, kind: str, event: dict[str, Any], *names: str, also_own: bool = False) -> None:
        if also_own or event["who"]["participant"] != self.seat.participant:
            await self._say({"kind": kind, "who": event["who"], **{name: event[name] for name in names}})

    # --- Small words ----------------------------------------------------------------------------------------------

    @property
    def _call(self) -> str:
        return f"call.{self.visit_key.hex}"

    @property
    def _presence(self) -> Any:
        return presence(self.channel_layer)

    def _me(self) -> dict[str, Any]:
        return {"participant": self.seat.participant, "instance": self.instance}

    def _present(self) -> Present:
        return Present(self.seat.participant, self.instance, self.seat.name, self.seat.role)

    def _ice(self) -> dict[str, Any]:
        return {"ice": ice_servers(self.seat.key, clock.now()), "ice_seconds": int(LIFE.total_seconds())}

    async def _tell(self, kind: str, who: dict[str, Any], **more: Any) -> None:
        await self.channel_layer.group_send(self._call, {"type": kind, "who": who, **more})

    async def _say(self, message: dict[str, Any]) -> None:
        if self._is_closing:
            return
        try:
            async with asyncio.timeout(SLOWEST_READER):
                await self.send(text_data=json.dumps(message))
        except TimeoutError:
            await self._end(TOO_MANY)

    async def _end(self, code: int) -> None:
        if not self._is_closing:
            self._is_closing = True
            Watch.here().leave(self)
            with contextlib.suppress(Exception):
                await self.close(code=code)


class CheckConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """For whoever tries his devices: a word goes the whole way of a call's, through the layer, and comes back."""

    channel_layer_alias = "video"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            async with asyncio.timeout(SLOWEST_READER):
                await super().__call__(scope, receive, send)
        except (RedisError, OSError):  # TimeoutError is one
            with contextlib.suppress(Exception):
                await send({"type": "websocket.close", "code": LAYER_AWAY})

    async def connect(self) -> None:
        if not same_origin(self.scope):
            await self.close()
            return
        await self.accept()
        await self.channel_layer.send(self.channel_name, {"type": "check.back"})

    async def check_back(self, event: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps({"kind": "reached"}))
        await self.close()
