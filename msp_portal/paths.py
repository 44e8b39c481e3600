"""Where the portal keeps its files on a machine of its own: settings, servers and tests compute the same places."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# In the embedded PostgreSQL; a server named by DATABASE_URL says its own.
DATABASE = "msp"
ROLE = "msp"

# sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
_LONGEST_SOCKET_PATH = 100


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").expanduser().resolve()


def postgres_socket_dir(root: Path) -> Path:
    return _short_enough(root / "postgres-socket", ".s.PGSQL.5432")


def valkey_socket(root: Path) -> Path:
    return _short_enough(root / "valkey", "valkey.sock") / "valkey.sock"


def valkey_url(root: Path) -> str:
    return f"unix://{valkey_socket(root)}?db=0"


def _short_enough(wanted: Path, file_name: str) -> Path:
    """A deep checkout must not stop the start: its sockets then live in /tmp under a name of its own."""
    if len(os.fsencode(wanted / file_name)) <= _LONGEST_SOCKET_PATH:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
    return Path("/tmp") / f"msp-portal-{os.getuid()}-{digest}"  # noqa: S108 - owner and mode are checked on creation


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        # Like uvicorn: a port that a dead server left in TIME_WAIT is free.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
    return True
