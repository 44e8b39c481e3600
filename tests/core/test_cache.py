"""The shared cache while Redis is there, away, and back."""

from __future__ import annotations

import time

import pytest
from django.core.cache.backends.base import BaseCache
from django.db import connection

from core.web import cache as cache_module
from core.web.cache import RedisElseDatabaseCache

# Nothing listens there: port 1 belongs to no service of ours.
DEAD = "redis://127.0.0.1:1"


def build(address: str) -> RedisElseDatabaseCache:
    return RedisElseDatabaseCache(address, {"OPTIONS": {"fallback_table": "cache_fallback"}})


def exercise(cache: BaseCache) -> None:
    assert cache.get("absent", "default") == "default"
    cache.set("list", [1, 2], 60)
    assert cache.get("list") == [1, 2]
    assert cache.add("list", [3]) is False
    assert cache.add("once", 1, timeout=None) is True
    assert cache.incr("once", 4) == 5
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.has_key("a") is True
    assert cache.touch("a", 60) is True
    assert cache.delete("a") is True
    cache.delete_many(["b", "list"])
    assert cache.get_many(["a", "b", "list"]) == {}
    cache.clear()
    assert cache.get("once") is None


@pytest.mark.django_db
def test_lives_in_redis_and_leaves_the_table_alone(valkey_url: str) -> None:
    exercise(build(valkey_url))
    cache = build(valkey_url)
    cache.set("kept", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_fallback")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_lives_in_the_database_while_redis_is_away() -> None:
    exercise(build(DEAD))


@pytest.mark.django_db
def test_other_processes_see_what_one_wrote_while_redis_is_away() -> None:
    build(DEAD).set("attempts", [1.5, 2.5], timeout=60)
    assert build(DEAD).get("attempts") == [1.5, 2.5]


@pytest.mark.django_db
def test_asks_redis_once_in_a_while_not_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, asked = build(DEAD), []

    def refuse(*_: object) -> None:
        asked.append("redis")
        raise OSError

    monkeypatch.setattr(cache._redis, "get", refuse)
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for _ in range(3):
        assert cache.get("key") is None
    assert asked == ["redis"]
    now[0] += cache_module.RETRY_AFTER
    assert cache.get("key") is None
    assert asked == ["redis", "redis"]


@pytest.mark.django_db
def test_nothing_of_an_absence_outlives_an_hour() -> None:
    build(DEAD).set("forever", 1, timeout=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires <= now() + interval '1 hour' FROM cache_fallback")
        assert cursor.fetchall() == [(True,)]
