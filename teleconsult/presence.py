"""Which pages are in a call at this moment, by the name of their channel. Lost with Redis; each page's next beat
brings it back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels_redis.core import RedisChannelLayer

from core import clock

# A page beats every 15 seconds; one that has missed three is gone without having said so.
STALE_AFTER = 50


@dataclass(frozen=True, slots=True)
class Present:
    """One page of one admitted person."""

    participant: int
    instance: str
    name: str
    role: str


class Presence(Protocol):
    async def note(self, call: str, channel: str, person: Present) -> None: ...
    async def forget(self, call: str, channel: str) -> None: ...
    async def read(self, call: str) -> dict[str, Present]: ...


def presence(layer: Any) -> Presence:
    return _OnRedis(layer) if isinstance(layer, RedisChannelLayer) else _InProcess(layer)


class _OnRedis:
    def __init__(self, layer: RedisChannelLayer) -> None:
        self._layer = layer

    def _client_and_key(self, call: str) -> tuple[Any, str]:
        key = f"{self._layer.prefix}:present:{call}"
        return self._layer.connection(self._layer.consistent_hash(key)), key

    async def note(self, call: str, channel: str, person: Present) -> None:
        client, key = self._client_and_key(call)
        async with client.pipeline() as pipe:
            pipe.hset(key, channel, json.dumps([clock.now().timestamp(), asdict(person)]))
            pipe.expire(key, STALE_AFTER * 2)
            await pipe.execute()

    async def forget(self, call: str, channel: str) -> None:
        client, key = self._client_and_key(call)
        await client.hdel(key, channel)

    async def read(self, call: str) -> dict[str, Present]:
        client, key = self._client_and_key(call)
        rows = {channel.decode(): json.loads(row) for channel, row in (await client.hgetall(key)).items()}
        oldest = clock.now().timestamp() - STALE_AFTER
        return {channel: Present(**row) for channel, (seen, row) in rows.items() if seen > oldest}


class _InProcess:
    """Where there is one process only: the tests."""

    _calls: WeakKeyDictionary[Any, dict[str, dict[str, Present]]] = WeakKeyDictionary()

    def __init__(self, layer: Any) -> None:
        self._of_layer = self._calls.setdefault(layer, {})

    async def note(self, call: str, channel: str, person: Present) -> None:
        self._of_layer.setdefault(call, {})[channel] = person

    async def forget(self, call: str, channel: str) -> None:
        self._of_layer.get(call, {}).pop(channel, None)

    async def read(self, call: str) -> dict[str, Present]:
        return dict(self._of_layer.get(call, {}))
