"""Asks a running portal whether it is ready. Also a command, for the health check of a container."""

from __future__ import annotations

import http.client
import json
import os
import sys
from typing import Any

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared, never bound


def ready(host: str, port: int, *, named: str = "", timeout: float = 5) -> dict[str, Any] | None:
    """The answer of /sante/ready when it is a 200, otherwise None. `named` is the host name that the portal expects."""
    # As the proxy in front of a real portal says it: otherwise it sends us to https, which it does not speak itself.
    headers = {
        "Host": named or f"{host}:{port}",
        "X-Forwarded-Proto": "https",
        "User-Agent": "msp-portal-probe",
    }
    connection = http.client.HTTPConnection(WILDCARDS.get(host, host), port, timeout=timeout)
    try:
        connection.request("GET", "/sante/ready", headers=headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return body if answer.status == 200 and isinstance(body, dict) else None


def main() -> int:
    named = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    answer = ready("127.0.0.1", int(os.environ.get("PORT", "8000")), named=named)
    return 0 if answer else 1


if __name__ == "__main__":
    sys.exit(main())
