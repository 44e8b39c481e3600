"""`python manage.py …` finds a database without being told: the embedded one, started for the command if need be."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from msp_portal import paths
from msp_portal.embedded.host import StartError

__all__ = ["StartError", "database_for"]

# They never ask the database anything: no reason to wait for one.
WITHOUT_DATABASE = {
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "messages",
    "version",
}


@contextlib.contextmanager
def database_for(argv: list[str]) -> Iterator[None]:
    command = argv[1] if len(argv) > 1 else "help"
    if command in WITHOUT_DATABASE or command.startswith("-") or {"-h", "--help"} & set(argv):
        yield
        return
    if os.environ.get("DATABASE_URL") or os.environ["DJANGO_SETTINGS_MODULE"].endswith(".production"):
        yield
        return

    from msp_portal.embedded.postgres import PostgresServer

    server = PostgresServer(paths.data_dir())
    server.acquire()
    try:
        yield
    finally:
        server.release()
