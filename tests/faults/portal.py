"""A portal of the tests' own: the processes of `make run`, each of which may be killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.db import connection

from msp_portal import paths, probe
from msp_portal.embedded.host import leash
from msp_portal.embedded.postgres import PostgresServer
from msp_portal.embedded.valkey import ValkeyServer
from msp_portal.serve import Wishes, services
from msp_portal.supervisor import Service
from tests.faults.machinery import wait_until
from tests.sms_carrier import SmsCarrier
from tests.smtp_server import SmtpServer
from tests.template_database import fingerprint


class OwnPortal:
    """PostgreSQL (every commit reaches the disk), Valkey, web, worker and beat, in one directory."""

    def __init__(self, root: Path, post: SmtpServer, carrier: SmsCarrier) -> None:
        self.root = root
        self.database = PostgresServer(root)
        self.cache = ValkeyServer(root)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        place = urlencode({"host": self.database.socket_dir, "user": paths.ROLE})
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.portal_settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATA_DIR": str(root),
            "DATABASE_URL": f"postgresql:///{paths.DATABASE}?{place}",
            "REDIS_URL": self.cache.url,
            "DEMO": "1",
            "DEMO_EMAIL_HOST": "127.0.0.1",
            "DEMO_EMAIL_PORT": str(post.port),
            "SMS_URL": carrier.url,
            "PUBLIC_URL": self.url,
        }

    # --- Life ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Servers with all tables; no process of the portal yet."""
        self.start("db")
        self.database.ensure_database()
        self._copy_tables()
        self.start("cache")

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def start(self, name: str, **environment: str) -> None:
        """`name`: db, cache, web, worker, beat; with a number behind, one more of them: worker2."""
        if name == "db":
            self.database.prepare()
        if name == "cache":
            self.cache.prepare()
        service = self._service(name, environment)
        with (self.root / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                service.command,
                env=dict(service.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL),
                **service.popen,
            )
        self.wait_for(name)

    def wait_for(self, name: str) -> None:
        process = self.running[name]
        ready = {
            "db": self.database.accepts,
            "cache": self.cache.accepts,
            "web": lambda: probe.ready("127.0.0.1", self.port) is not None,
        }.get(name, lambda: True)
        wait_until(lambda: ready() or process.poll() is not None)
        assert process.poll() is None, self.said(name)

    def ensure(self, *names: str) -> None:
        """Those that an earlier story left dead live again."""
        for name in names:
            if name not in self.running:
                self.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL, to it and to all its children, and back only when they are gone."""
        process = self.running.pop(name)
        family = []
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(process.pid)
            family = [parent, *parent.children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        process.wait()
        psutil.wait_procs(family, timeout=10)

    def signal(self, name: str, signum: signal.Signals) -> None:
        self.running[name].send_signal(signum)

    def said(self, name: str) -> str:
        return (self.root / f"{name}.log").read_text(errors="replace")[-4000:]

    def _service(self, name: str, environment: dict[str, str]) -> Service:
        if name == "db":
            popen = {"cwd": "/", **self.database.run_as}
            return Service("db", self.database.command(), self.database.environment, popen=popen)
        if name == "cache":
            return Service("cache", self.cache.command(), {"LC_ALL": "C"})
        wishes = Wishes("127.0.0.1", self.port, self.root, True, False, False, False)
        known = {service.name: service for service in services(wishes, self.environment | environment)}
        return known[name.rstrip("0123456789")]

    # --- Its tables ---------------------------------------------------------------------------------------------

    def _copy_tables(self) -> None:
        """Those of the tests' own server, which made them once."""
        there = str(connection.settings_dict["HOST"])
        bin_ = self.database.bin
        with subprocess.Popen(
            [str(bin_ / "pg_dump"), "-h", there, "-U", "postgres", "-Fc", "-Z0", fingerprint()],
            env=self.database.environment,
            stdout=subprocess.PIPE,
        ) as dump:
            subprocess.run(
                [
                    str(bin_ / "pg_restore"),
                    *("-h", str(self.database.socket_dir), "-U", "postgres", "-d", paths.DATABASE),
                    *("--exit-on-error", "--no-comments"),
                ],
                env=self.database.environment,
                stdin=dump.stdout,
                check=True,
            )
        assert dump.returncode == 0

    @contextlib.contextmanager
    def in_this_process(self) -> Iterator[None]:
        """Django, in every thread of the test, speaks to this portal's database."""
        place: dict[str, Any] = connection.settings_dict
        before = {key: place[key] for key in ("HOST", "NAME", "USER", "PORT")}
        connection.close()
        place.update(HOST=str(self.database.socket_dir), NAME=paths.DATABASE, USER=paths.ROLE, PORT="")
        try:
            yield
        finally:
            connection.close()
            place.update(before)
