"""« Is the portal alive, and is it ready? » for supervisors and containers; figures for whoever watches it."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.outbox import health as outbox
from core.outbox.models import OutboxMessage, State

_migrated = False


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nobody else: a database that is away is no reason to restart the web."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The portal can serve: its database answers and has every table. Without Redis it is slower, not unready."""
    checks = {"database": database_state(), "cache": cache_state()}
    checks["migrations"] = migrations_state() if checks["database"] == "ok" else "unknown"
    is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", **checks}, status=200 if is_ready else 503
    )


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In Prometheus's format. For this machine or the bearer of METRICS_TOKEN; for all others it does not exist."""
    if not (_brings_the_token(request) or _is_this_machine(request)):
        raise Http404
    lines = [f"msp_{name} {value}" for name, value in figures().items()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def database_state() -> str:
    """On a connection of its own, with a short patience: the pool may be exhausted or full of dead ones."""
    parameters = connection.get_connection_params() | {"connect_timeout": 2}
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    try:
        with psycopg.connect(**parameters, autocommit=True) as probe:
            probe.execute("SELECT 1")
    except psycopg.Error:
        return "unavailable"
    return "ok"


def cache_state() -> str:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5
        ) as client:
            client.ping()
    except redis.RedisError:
        return "unavailable"
    return "ok"


def migrations_state() -> str:
    """Remembered once true: tables do not go away while the process runs."""
    global _migrated  # noqa: PLW0603 - one boolean per process
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "pending"


def figures() -> dict[str, Any]:
    now = clock.now()
    due = OutboxMessage.objects.due(now)
    oldest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    swept = outbox.last_sweep()
    return {
        # Beat, broker and worker do their part while this stays small, whatever their processes say.
        "outbox_sweep_age_seconds": int((now - swept).total_seconds()) if swept else "NaN",
        "cache_up": int(cache_state() == "ok"),
        "outbox_due": due.count(),
        "outbox_oldest_due_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "outbox_failed": OutboxMessage.objects.filter(state=State.FAILED).count(),
    }


def _brings_the_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    return bool(token) and hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
    )


def _is_this_machine(request: HttpRequest) -> bool:
    # A proxy on this machine is the world outside.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
