"""The tables, made once for as long as the migrations are the same: each test process copies them in a second."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from msp_portal.embedded.postgres import PostgresServer

PREFIX = "tables_"
UNFINISHED = "test_msp_tables"


def fingerprint() -> str:
    """Of every migration, and of what runs them."""
    digest = hashlib.sha256(f"{sys.version} {version('django')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label} {file.name}".encode() + file.read_bytes())
    return PREFIX + digest.hexdigest()[:20]


def copy_tables(server: PostgresServer) -> None:
    """The test database that Django is about to create is a copy; who comes first makes what is copied."""
    name = fingerprint()
    with (server.root / "tables.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _connect(server) as admin:
            rows = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
            known = {one for (one,) in rows}
            if name not in known:
                _make(admin, name)
            for old in known - {name}:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            role = sql.Identifier(connection.settings_dict["USER"])
            # What tests/empty_tables.py needs, and nobody else.
            admin.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(role))
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _make(admin: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    wanted = connection.settings_dict["TEST"]["NAME"]
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = UNFINISHED
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    finally:
        connection.close()
        connection.settings_dict["TEST"]["NAME"] = wanted
        connection.settings_dict["NAME"] = before
    names = sql.Identifier(UNFINISHED), sql.Identifier(name)
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def _connect(server: PostgresServer) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(host=str(server.socket_dir), user="postgres", dbname="postgres", autocommit=True)
