"""`python -m msp_portal.serve`: the whole portal on one machine, from nothing to « ready », and back to nothing.

Does not load Django: the supervisor stays small and answers signals at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from msp_portal import paths, probe, welcome
from msp_portal.embedded.host import StartError, follow_parent, unwritable
from msp_portal.embedded.postgres import PostgresServer
from msp_portal.embedded.valkey import ValkeyServer
from msp_portal.supervisor import Keeper, Service, Terminal

READY_WITHIN = 180.0
# Deaths before the portal was ever ready that are taken for « it cannot start ».
TRIES_AT_START = 3
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# glibc keeps a heap for each thread: 7 MB of 150 in a web process. Told how much to keep, it no longer finds out by
# itself that pages of 150 kB are better not asked of the kernel and given back each time. As in the Dockerfile.
ALLOCATOR = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "524288",
}
# What answers people first, what answers them least last.
END_ORDER = [("setup",), ("web", "beat"), ("worker",), ("cache",), ("db",)]


@dataclass(frozen=True)
class Wishes:
    host: str
    port: int
    root: Path
    demo: bool
    own_database: bool
    own_redis: bool
    json_logs: bool

    @classmethod
    def from_environment(cls) -> Wishes:
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise StartError(f"PORT must be a number from 1 to 65535, not « {port} ».")
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=int(port),
            root=paths.data_dir(),
            demo=(os.environ.get("DEMO") or "1").lower() in {"1", "true", "yes", "on"},
            own_database=not os.environ.get("DATABASE_URL"),
            own_redis=not os.environ.get("REDIS_URL"),
            json_logs=os.environ.get("LOG_FORMAT") == "json",
        )


class Portal:
    def __init__(self, wishes: Wishes) -> None:
        self.wishes = wishes
        self.terminal = Terminal(bare=wishes.json_logs)
        self.lock = Lock(wishes.root)
        self._stop_asked = asyncio.Event()
        self._keepers: dict[str, Keeper] = {}
        self.database: PostgresServer | None = None
        self.environment = {
            **os.environ,
            "DATA_DIR": str(wishes.root),
            "DEMO": "1" if wishes.demo else "0",
            "PORT": str(wishes.port),
            "PYTHONUNBUFFERED": "1",
            "PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.address,
        }
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.demo")

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.wishes.host in {*LOOPBACK, *probe.WILDCARDS} else self.wishes.host
        return f"http://{host}:{self.wishes.port}"

    # --- Life ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup stays what it is; a Ctrl-C counts even where a shell told its background jobs to ignore it.
            if signum is not signal.SIGHUP or signal.getsignal(signum) is not signal.SIG_IGN:
                loop.add_signal_handler(signum, self._ask_to_stop)
        start, stop = asyncio.create_task(self._start()), asyncio.create_task(self._stop_asked.wait())
        try:
            await asyncio.wait({start, stop}, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                start.result()
                await stop
        finally:
            for task in (start, stop):
                task.cancel()
            await asyncio.gather(start, stop, return_exceptions=True)
            await self._end()

    def _ask_to_stop(self) -> None:
        if self._stop_asked.is_set():
            # Asked twice: no more patience. PostgreSQL recovers by itself, messages are rows.
            for keeper in self._keepers.values():
                keeper.kill()
        self._stop_asked.set()

    async def _start(self) -> None:
        await self.lock.take()
        await self._check_port()
        await asyncio.gather(self._start_database(), self._start_cache())
        await self._prepare()
        web, *background = services(self.wishes, self.environment)
        await self._launch(web)
        await self._wait_until_ready()
        # After the web, which somebody waits for: on a small machine they would take its time.
        for service in background:
            await self._launch(service)
        self.terminal.write(f"Portal ready: {self.address}")
        if self.wishes.demo:
            self.terminal.write(
                welcome.how_to_sign_in(self.address, open_to_others=self.wishes.host not in LOOPBACK)
            )

    async def _end(self) -> None:
        if self._keepers:
            self.terminal.event("stopping")
        self.lock.announce("stopping")
        for names in END_ORDER:
            await asyncio.gather(*(self._keepers[name].stop() for name in names if name in self._keepers))
        if self.database is not None:
            await asyncio.to_thread(self.database.release)
        if self._keepers:
            self.terminal.event("stopped")

    # --- Steps --------------------------------------------------------------------------------------------------

    async def _check_port(self) -> None:
        host, port = self.wishes.host, self.wishes.port
        # A portal that was killed a moment ago may still be letting go of it.
        for _ in range(30):
            if paths.port_is_free(host, port):
                return
            await asyncio.sleep(0.1)
        raise StartError(
            f"Port {port} is already used by another program. Choose another: make run PORT={port + 1}"
        )

    async def _start_database(self) -> None:
        if not self.wishes.own_database:
            return
        database = PostgresServer(self.wishes.root)
        await asyncio.to_thread(database.make_root)
        database.hold()
        self.database = database
        if await asyncio.to_thread(database.runs):
            return
        await asyncio.to_thread(database.prepare)
        keeper = await self._launch(
            Service(
                "db",
                database.command(),
                database.environment,
                stop_signal=signal.SIGINT,
                stop_within=30,
                leash=signal.SIGINT,
                popen={"cwd": "/", **database.run_as},
            )
        )
        while not await asyncio.to_thread(database.accepts):
            if keeper.deaths:
                raise StartError(database.explain("\n".join(keeper.last_words)))
            await asyncio.sleep(0.05)
        await asyncio.to_thread(database.ensure_database)

    async def _start_cache(self) -> None:
        if not self.wishes.own_redis:
            return
        server = ValkeyServer(self.wishes.root)
        await asyncio.to_thread(server.prepare)
        self.environment["REDIS_URL"] = server.url
        # It saves nothing, so the kernel's way with memory at a save does not matter.
        unsaid = "Memory overcommit must be enabled"
        service = Service("cache", server.command(), {"LC_ALL": "C"}, stop_within=5, unsaid=unsaid)
        keeper = await self._launch(service)
        while not await asyncio.to_thread(server.accepts):
            if keeper.deaths:
                raise StartError("Valkey did not start. Its last words:\n" + "\n".join(keeper.last_words))
            await asyncio.sleep(0.05)

    async def _prepare(self) -> None:
        command = [sys.executable, "manage.py", "prepare"]
        keeper = Keeper(
            Service("setup", command, self.environment, popen={"cwd": paths.BASE_DIR}), self.terminal
        )
        self._keepers["setup"] = keeper
        if await keeper.run_once() != 0:
            raise StartError("The preparation failed, for the reason given above.")

    async def _launch(self, service: Service) -> Keeper:
        keeper = self._keepers[service.name] = Keeper(service, self.terminal)
        await keeper.start()
        return keeper

    async def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not await asyncio.to_thread(probe.ready, self.wishes.host, self.wishes.port):
            for keeper in self._keepers.values():
                if keeper.deaths >= TRIES_AT_START:
                    raise StartError(
                        f"« {keeper.service.name} » does not start, for the reason it gives above."
                    )
            if time.monotonic() > deadline:
                raise StartError(f"The portal was not ready after {READY_WITHIN:.0f} seconds.")
            await asyncio.sleep(0.1)


def services(wishes: Wishes, environment: dict[str, str]) -> list[Service]:
    """The same three lines as in docker-compose.yml."""
    environment = ALLOCATOR | environment
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "msp_portal.celery"]
    web = [sys.executable, "-m", "uvicorn", "msp_portal.asgi:application", "--host", wishes.host]
    web += ["--port", str(wishes.port), "--no-access-log", "--no-server-header", "--lifespan", "off"]
    web += ["--timeout-graceful-shutdown", "8", "--ws-max-size", "65536"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--schedule", str(wishes.root / "beat-schedule"), "--pidfile="]
    place = {"cwd": paths.BASE_DIR}
    return [
        Service("web", web, environment, popen=place),
        Service("worker", worker, environment, stop_within=20, popen=place),
        Service("beat", beat, environment, popen=place),
    ]


class Lock:
    """One portal on one data directory. The kernel keeps the lock, so a killed portal never blocks the next one."""

    def __init__(self, root: Path) -> None:
        self.path = root / "portal.lock"
        self._file: IO[str] | None = None

    async def take(self, patience: float = 60) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = self.path.open("a+")
        except OSError as error:
            raise StartError(unwritable(self.path.parent, error)) from error
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            pid, _, state = self.path.read_text().partition(" ")
            if state != "stopping" or time.monotonic() > deadline:
                handle.close()
                raise StartError(
                    f"A portal already runs on {self.path.parent} (process {pid}). Stop it first, or start another one "
                    "beside it: make run PORT=8001 DATA_DIR=/somewhere/else"
                )
            await asyncio.sleep(0.2)
        self._file = handle
        self.announce("running")

    def announce(self, state: str) -> None:
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f"{os.getpid()} {state}")
            self._file.flush()


def main() -> int:
    if os.environ.get("MAKELEVEL"):
        follow_parent(signal.SIGTERM)
    os.chdir(paths.BASE_DIR)
    root = paths.data_dir()
    try:
        asyncio.run(Portal(Wishes.from_environment()).run())
    except StartError as error:
        sys.stderr.write(f"\nThe portal did not start. {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"\nThe portal did not start. {unwritable(root, error)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
