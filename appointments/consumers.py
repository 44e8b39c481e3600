"""The sockets of the screens that show the schedule. What they hear is whose day changed."""

from __future__ import annotations

from collections.abc import Iterable

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from accounts.sessions import user_of
from appointments.access import may_read_schedule
from appointments.live import KEPT_FOR, Follower
from core.web.sockets import Frame, LiveConsumer


class _Days:
    """Each change as it leaves: the practitioner, the first day, the last."""

    def __init__(self) -> None:
        self._follower = Follower()

    def news(self) -> list[Frame]:
        return [[who, first.isoformat(), last.isoformat()] for who, first, last in self._follower.news()]


class ScheduleConsumer(LiveConsumer):
    """One query each time, and only while somebody looks."""

    follower = _Days
    longest_gap = KEPT_FOR / 2

    @staticmethod
    def allowed(keys: Iterable[str]) -> set[str]:
        return {key for key in keys if key and (user := user_of(key)) is not None and may_read_schedule(user)}


class Nowhere(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Every other address: refused without a word in the log."""

    async def connect(self) -> None:
        await self.close()
