"""What supervisors and watchers are told, and who is told nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from core.web import health


@pytest.fixture(autouse=True)
def with_cache(settings: Settings, valkey_url: str) -> None:
    settings.REDIS_URL = valkey_url


def test_live_asks_nobody(client: Client) -> None:
    # No database mark: a query would fail this test.
    answer = client.get("/sante/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_when_all_is_there(client: Client) -> None:
    answer = client.get("/sante/ready")
    assert answer.json() == {"status": "ok", "database": "ok", "cache": "ok", "migrations": "ok"}
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_though_slower_without_redis(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    answer = client.get("/sante/ready")
    assert (answer.status_code, answer.json()["cache"]) == (200, "unavailable")


def test_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"host": "127.0.0.1", "port": 1, "dbname": "none"}
    monkeypatch.setattr(health.connection, "get_connection_params", lambda: dict(nowhere))
    answer = client.get("/sante/ready")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "unavailable",
        "cache": "ok",
        "migrations": "unknown",
    }


@pytest.mark.django_db
def test_not_ready_before_the_tables(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one to go"])
    answer = client.get("/sante/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


METRICS = (
    "msp_outbox_sweep_age_seconds NaN\nmsp_cache_up 1\nmsp_outbox_due 0\n"
    "msp_outbox_oldest_due_seconds 0\nmsp_outbox_failed 0\n"
)


@pytest.mark.django_db
def test_metrics_for_this_machine(client: Client) -> None:
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content.decode()) == (200, METRICS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "visitor",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        # Through a proxy on this machine.
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": ""},
    ],
)
def test_metrics_do_not_exist_for_strangers(client: Client, visitor: dict[str, str]) -> None:
    assert client.get("/metrics", **visitor).status_code == 404


@pytest.mark.django_db
def test_metrics_for_the_bearer_of_the_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    visitor = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", **visitor, HTTP_AUTHORIZATION="Bearer right").content.decode() == METRICS
    assert client.get("/metrics", **visitor, HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
