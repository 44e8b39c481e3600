"""`python -m tests.with_database COMMAND …`: the command with DATABASE_URL set to the tests' own server."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlencode

from msp_portal import paths
from msp_portal.embedded.postgres import PostgresServer


def main() -> int:
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(sys.argv[1:], check=False).returncode
    server = PostgresServer(paths.data_dir() / "test", durable=False)
    server.acquire()
    try:
        place = urlencode({"host": server.socket_dir, "user": paths.ROLE})
        environment = os.environ | {"DATABASE_URL": f"postgresql:///{paths.DATABASE}?{place}"}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.release()


if __name__ == "__main__":
    sys.exit(main())
