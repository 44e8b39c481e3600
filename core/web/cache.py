"""Redis, else the database: rate limits hold while Redis is away, and nobody waits for it or sees an error."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

# After a failure Redis is left alone this long: one request in a while waits for it, the others do not.
RETRY_AFTER = 5.0
# What is written during an absence must not be taken for the truth during the next one.
LONGEST_LIFE_IN_DATABASE = 3600


class RedisElseDatabaseCache(BaseCache):
    """LOCATION is Redis's address; OPTIONS["fallback_table"] the table, made by a migration of `core`."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = dict(params.get("OPTIONS", {}))
        table = options.pop("fallback_table")
        timeouts = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
        self._redis = RedisCache(server, {**params, "OPTIONS": {**timeouts, **options}})
        self._database = DatabaseCache(table, {**params, "OPTIONS": {"MAX_ENTRIES": 100_000}})
        self._away_until = 0.0

    def _either[T](self, ask: Callable[[BaseCache], T]) -> T:
        if time.monotonic() < self._away_until:
            return ask(self._database)
        try:
            answer = ask(self._redis)
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + RETRY_AFTER
            logger.warning("cache_falls_back_to_database", error=type(error).__name__)
            return ask(self._database)
        self._away_until = 0.0
        return answer

    def _life(self, cache: BaseCache, timeout: float | object | None) -> Any:
        if cache is not self._database:
            return timeout
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return (
            LONGEST_LIFE_IN_DATABASE
            if seconds is None
            else min(float(str(seconds)), LONGEST_LIFE_IN_DATABASE)
        )

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._either(lambda cache: cache.add(key, value, self._life(cache, timeout), version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._either(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._either(lambda cache: cache.set(key, value, self._life(cache, timeout), version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._either(lambda cache: cache.touch(key, self._life(cache, timeout), version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._either(lambda cache: cache.delete(key, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._either(lambda cache: cache.has_key(key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._either(lambda cache: cache.incr(key, delta, version))

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        wanted = list(keys)
        return self._either(lambda cache: cache.get_many(wanted, version))

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return self._either(lambda cache: cache.set_many(data, self._life(cache, timeout), version))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        wanted = list(keys)
        self._either(lambda cache: cache.delete_many(wanted, version))

    def clear(self) -> None:
        self._database.clear()
        self._either(lambda cache: cache.clear())
