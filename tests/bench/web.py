"""A web process to ask, and somebody who asks."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil

from msp_portal import paths
from msp_portal.embedded.host import leash
from msp_portal.serve import ALLOCATOR
from tests.bench.stage import Stage


@dataclass
class Web:
    """One uvicorn worker."""

    port: int
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """MB that the process keeps."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20


@contextlib.contextmanager
def serve(stage: Stage, database: str, application: str, *, without: Sequence[str] = ()) -> Iterator[Web]:
    """`without`: packages that the image does not have, because only the tools of this machine bring them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--no-access-log"]
    environment = os.environ | ALLOCATOR | stage.environment(database)
    environment["PYTHONPATH"] = str(_hiding(stage, without))
    with (
        (stage.root / "web.log").open("a") as log,
        subprocess.Popen(
            [*command, "--lifespan", "off", "--log-level", "warning"],
            cwd=paths.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=leash(signal.SIGKILL),
        ) as process,
    ):
        try:
            web = Web(port, process)
            _wait(web)
            yield web
        finally:
            process.terminate()


def _hiding(stage: Stage, packages: Sequence[str]) -> Path:
    folder = Path(tempfile.mkdtemp(dir=stage.root))
    for name in packages:
        (folder / f"{name}.py").write_text('raise ImportError("not in the image")\n')
    return folder


def _wait(web: Web) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", web.port), 1):
            return
        if web.process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the web process did not start")


@dataclass
class Visitor:
    """A browser that keeps its connection and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Status, body as it came, and where it sends on."""
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "fr"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        body = urlencode(form) if form is not None else None
        self._connection.request("POST" if form is not None else "GET", path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return response.status, content, response.headers.get("Location", "")


def requests_per_second(web: Web, paths_: Sequence[str], seconds: float, visitors: int = 4) -> float:
    """How many pages leave in that time; anything but 200 is an error."""
    end = time.perf_counter() + seconds
    counts = [0] * visitors

    def go(number: int) -> None:
        visitor = Visitor(web.port)
        while time.perf_counter() < end:
            status, _content, _onward = visitor.ask(paths_[(number + counts[number]) % len(paths_)])
            if status != 200:
                raise RuntimeError(f"{status} from {paths_}")
            counts[number] += 1

    threads = [threading.Thread(target=go, args=(number,)) for number in range(visitors)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def wander(web: Web, pages: Sequence[str], slots: Sequence[str], count: int, seed: int) -> None:
    """`count` requests of all kinds: mostly looking, now and then a slot held and given back."""
    lock = threading.Lock()
    left = count
    # Each visitor's address may hold six hundred times an hour.
    share = 1 / 40

    def go(number: int) -> None:
        nonlocal left
        rnd = random.Random(seed * 100 + number)
        visitor = Visitor(web.port)
        while True:
            with lock:
                if left <= 0:
                    return
                left -= 1
            if rnd.random() < share and visitor.cookies.get("csrftoken"):
                visitor.ask("/rendez-vous/retenir/", {"slot": rnd.choice(slots)})
            else:
                visitor.ask(rnd.choice(pages))

    threads = [threading.Thread(target=go, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
