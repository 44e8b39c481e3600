"""A portal started as a person starts it, on a port and in a directory of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from msp_portal.paths import BASE_DIR

PATIENCE = 120


class StartedPortal:
    def __init__(self, root: Path, port: int, **environment: str) -> None:
        self.root, self.port = root, port
        self.output = root.parent / f"{root.name}-{port}.log"
        inherited = {
            name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV") if name in os.environ
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "msp_portal.serve"],
                cwd=BASE_DIR,
                # As little as a service manager gives: no HOME, no terminal.
                env={
                    **inherited,
                    "DATA_DIR": str(root),
                    "PORT": str(port),
                    "DEMO": "0",
                    "SECRET_KEY": "x" * 50,
                }
                | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        self.wait_for(f"Portal ready: http://127.0.0.1:{self.port}\n")

    def finish(self) -> int:
        return self.process.wait(PATIENCE)

    def processes(self) -> list[psutil.Process]:
        """Everything that belongs to this portal, whoever its parent is by now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if f"DATA_DIR={self.root}" in _environment(process) or str(self.root) in " ".join(
                    process.cmdline()
                ):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def process_named(self, part: str) -> psutil.Process:
        return next(process for process in self.processes() if part in " ".join(process.cmdline()))

    def gone(self, within: float = 15) -> list[psutil.Process]:
        """What is still alive after a while: an empty list is the wish."""
        deadline = time.monotonic() + within
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def kill(self) -> None:
        for process in self.processes():
            process.send_signal(signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def _environment(process: psutil.Process) -> list[str]:
    return [f"{name}={value}" for name, value in process.environ().items()]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, free_port: int) -> Iterator[Callable[..., StartedPortal]]:
    started: list[StartedPortal] = []

    def begin(root: Path | None = None, port: int = free_port, **environment: str) -> StartedPortal:
        started.append(StartedPortal(root or tmp_path / "data", port, **environment))
        return started[-1]

    yield begin
    for portal in started:
        portal.kill()
