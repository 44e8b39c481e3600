"""coturn for the tests, on this machine alone; `python -m tests.browser --install` brings it where it can."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "turnserver"
NO_RELAY = (
    "NO RELAY: turnserver (coturn) is not here, so calls through a relay were NOT tested. Install coturn."
)


def find_relay() -> str | None:
    return shutil.which(PROGRAM)


@contextmanager
def relay(folder: Path, secret: str) -> Iterator[str]:
    """Its address, « turn:… », while it runs."""
    program, port = find_relay(), _free_port()
    assert program is not None
    command = [
        *(program, "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}"),
        *("--allow-loopback-peers", "--no-tcp", "--no-tls", "--no-dtls", "--no-cli", "--use-auth-secret"),
        *(f"--static-auth-secret={secret}", "--realm=essai", "--user-quota=50", "--log-file=stdout"),
        *("--min-port=49160", "--max-port=49959", f"--pidfile={folder / 'turnserver.pid'}"),
    ]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield f"turn:127.0.0.1:{port}?transport=udp"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


# A STUN binding request: whoever answers it is the relay, awake.
_KNOCK = bytes.fromhex("000100002112a442") + b"essai-essai!"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        for _each in range(100):
            assert process.poll() is None, "turnserver ended at once"
            asking.sendto(_KNOCK, ("127.0.0.1", port))
            try:
                asking.recv(512)
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("turnserver does not answer")
