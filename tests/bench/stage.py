"""Where the bench plays: a PostgreSQL and a Valkey of its own, with the durability of production, and its databases."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from msp_portal import paths
from msp_portal.embedded.host import leash
from msp_portal.embedded.postgres import PostgresServer
from msp_portal.embedded.valkey import ValkeyServer

PREFIX = "msp_bench"


class Stage:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = PostgresServer(root)
        self.cache = ValkeyServer(root)
        self._wrappers: dict[str, Any] = {}

    @contextlib.contextmanager
    def open(self) -> Iterator[Stage]:
        """Both servers, and Django told of them; nothing of it is left running."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.server.acquire()
        self.cache.prepare()
        cache = subprocess.Popen(
            self.cache.command(), stdout=subprocess.DEVNULL, preexec_fn=leash(signal.SIGTERM)
        )
        try:
            while not self.cache.accepts():
                time.sleep(0.02)
            os.environ.update(self.environment(paths.DATABASE))
            import django

            django.setup()
            yield self
        finally:
            self.close()
            cache.terminate()
            cache.wait(10)
            self.server.release()

    # --- What other processes are told --------------------------------------------------------------------------

    def url(self, database: str) -> str:
        place = urlencode({"host": self.server.socket_dir, "user": paths.ROLE})
        return f"postgresql:///{database}?{place}"

    def environment(self, database: str) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "msp_portal.settings.demo",
            "DATA_DIR": str(self.root),
            "DATABASE_URL": self.url(database),
            "REDIS_URL": self.cache.url,
            "DEMO": "1",
            "LOG_LEVEL": "WARNING",
        }

    # --- Databases ----------------------------------------------------------------------------------------------

    def superuser(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Loads without asking the foreign keys row by row; measures nothing."""
        return psycopg.connect(
            host=str(self.server.socket_dir), user="postgres", dbname=database, autocommit=True
        )

    def use(self, database: str) -> None:
        """Django's default connection, of this and of new threads, goes there. Connections stay open."""
        from django.db import connections

        if database not in self._wrappers:
            connections.settings["default"]["NAME"] = database
            self._wrappers[database] = connections.create_connection("default")
            self._wrappers[database].settings_dict = {
                **self._wrappers[database].settings_dict,
                "NAME": database,
            }
        connections.settings["default"]["NAME"] = database
        connections["default"] = self._wrappers[database]

    def close(self) -> None:
        for wrapper in self._wrappers.values():
            wrapper.close()

    def create(self, database: str, *, template: str = "template0") -> None:
        self.close()
        self._wrappers.pop(database, None)
        with self.superuser() as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            strategy = "FILE_COPY" if template != "template0" else "WAL_LOG"
            admin.execute(
                f"CREATE DATABASE {database} OWNER {paths.ROLE} TEMPLATE {template} STRATEGY {strategy}"
            )

    def loaded(self, name: str, recipe: str, load: Callable[[Stage, str], dict[str, Any]]) -> str:
        """The database of that name, loaded once: the same recipe in the same week finds it ready."""
        database = f"{PREFIX}_{name}"
        stamp = hashlib.sha256((recipe + _tables()).encode()).hexdigest()[:16]
        if self._stamp(database) != stamp:
            from django.core.management import call_command

            started = time.perf_counter()
            print(f"  loading {database} …", flush=True)  # noqa: T201
            self.create(database)
            self.use(database)
            call_command("migrate", interactive=False, verbosity=0)
            facts = load(self, database)
            with self.superuser(database) as admin:
                admin.execute("VACUUM (ANALYZE)")
                admin.execute("CHECKPOINT")
                admin.execute(f"COMMENT ON DATABASE {database} IS '{stamp}'")
            print(f"  {facts} in {time.perf_counter() - started:.0f} s", flush=True)  # noqa: T201
        self.use(database)
        return database

    def _stamp(self, database: str) -> str:
        with self.superuser() as admin:
            row = admin.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
            ).fetchone()
        return row[0] or "" if row else ""


def _tables() -> str:
    """What the migrations say now."""
    files = sorted(paths.BASE_DIR.glob("[a-z]*/**/migrations/*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
