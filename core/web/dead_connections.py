"""What a database that went away leaves behind in the pool: connections that nobody answers."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from psycopg_pool import ConnectionPool


def check(one: psycopg.Connection[Any]) -> None:
    """The pool's `check` of a connection before it is given out.

    One that is dead means that all are: tried one by one with the pool's growing pauses, four of them outlast any
    visitor's patience, though the database has long been back.
    """
    try:
        ConnectionPool.check_connection(one)
    except psycopg.OperationalError:
        drop()
        raise


def drop() -> None:
    """Look through all of them at once; what is dead is replaced."""
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.check()
