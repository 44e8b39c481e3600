"""The one engine, PostgreSQL: the server that DATABASE_URL names, else the embedded one of the data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

from core.web import dead_connections
from msp_portal import paths

# The pool tries again with pauses that double. Given up after these seconds, the next visitor begins with a short one:
# a database that was away for an hour is found within seconds. What nobody used for a minute cannot be dead then.
AFTER_AN_OUTAGE = {"check": dead_connections.check, "reconnect_timeout": 3, "max_idle": 60}


def database(env: environ.Env, root: Path) -> dict[str, Any]:
    if env("DATABASE_URL", default=""):
        settings: dict[str, Any] = env.db("DATABASE_URL")
    else:
        settings = {"HOST": str(paths.postgres_socket_dir(root)), "NAME": paths.DATABASE, "USER": paths.ROLE}
    # asgi.py asks for a pool; commands and Celery processes keep a connection of their own for a while.
    pool_size = env.int("DATABASE_POOL_SIZE", default=0)
    # What is prepared (core/trips.py, the checks of foreign keys) is planned once, not anew for its first five values.
    options = {
        "connect_timeout": 5,
        "options": "-c plan_cache_mode=force_generic_plan",
        **settings.get("OPTIONS", {}),
    }
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10, **AFTER_AN_OUTAGE}
    return settings | {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pool_size else 60,
        "OPTIONS": options,
    }
