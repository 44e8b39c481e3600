"""The one engine, PostgreSQL: the server that DATABASE_URL names, else the embedded one of the data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

from msp_portal import paths


def database(env: environ.Env, root: Path) -> dict[str, Any]:
    if env("DATABASE_URL", default=""):
        settings: dict[str, Any] = env.db("DATABASE_URL")
    else:
        settings = {"HOST": str(paths.postgres_socket_dir(root)), "NAME": paths.DATABASE, "USER": paths.ROLE}
    # asgi.py asks for a pool; commands and Celery processes keep a connection of their own for a while.
    pool_size = env.int("DATABASE_POOL_SIZE", default=0)
    # Cursors bound by the server (core.db.binary_cursor) have their statements planned once per connection.
    options = {"connect_timeout": 5, "prepare_threshold": 3, **settings.get("OPTIONS", {})}
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return settings | {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pool_size else 60,
        "OPTIONS": options,
    }
