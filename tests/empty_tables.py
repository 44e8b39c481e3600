"""How a test that really commits leaves the database: as the migrations laid it, in a fiftieth of TRUNCATE's time.

Django truncates every table, and each costs the same with one row as with a million; then it makes content types and
permissions anew, and what migrations have written (delays, usual measures, identity rules) is gone for whatever test
comes next. Here the few tables that hold something are asked for, only they are cleared, and those rows come back.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
# « table (columns) » → what the migrations wrote there, as COPY gives and takes it.
_laid: dict[str, bytes] = {}


def empty_tables() -> None:
    """Neither triggers nor references have a say: all rows go, and those of the migrations come back, in any order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in _filled():
            cursor.execute(f'DELETE FROM "{name}"')
        for table, rows in _laid.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)


def install() -> None:
    """A server that was given to the tests (DATABASE_URL) may not allow it: then Django's own way serves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        (allowed,) = cursor.fetchone()
    if allowed:
        _remember()
        TransactionTestCase._fixture_teardown = lambda case: empty_tables()  # type: ignore[method-assign]


def _remember() -> None:
    with connection.cursor() as cursor:
        for name in _filled():
            table = f'"{name}" ({_columns(name)})'
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                _laid[table] = b"".join(bytes(block) for block in copy)


def _filled() -> list[str]:
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))
        return [name for (name,) in cursor.fetchall()]


def _columns(table: str) -> str:
    """Without those that the database computes itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_schema = current_schema AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        (names,) = cursor.fetchone()
    return str(names)
