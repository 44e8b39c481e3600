"""Real processes for the tests of faults."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from celery import Celery
from django.db import connection

from core.outbox.mail_backend import KIND
from core.outbox.models import OutboxMessage, State
from msp_portal.embedded.host import leash
from msp_portal.embedded.valkey import ValkeyServer
from msp_portal.paths import BASE_DIR
from tests.factories.messages import LETTER, OutboxMessageFactory
from tests.faults.size import size
from tests.sms_carrier import SmsCarrier

PATIENCE = size(60, 240)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sms_rows(number: int) -> list[OutboxMessage]:
    return [
        OutboxMessageFactory(kind=KIND, channel="sms", address=f"+336{index:08d}", payload=LETTER)
        for index in range(number)
    ]


def lease_runs_out() -> None:
    """What waiting would do. Only while no worker is alive."""
    OutboxMessage.objects.filter(state=State.DUE).update(next_attempt_at=OutboxMessageFactory.build().due_at)


class Broker:
    def __init__(self, root: Path) -> None:
        self.server = ValkeyServer(root)
        self.server.prepare()
        self.url = self.server.url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.server.command(), stdout=subprocess.DEVNULL, preexec_fn=leash(signal.SIGKILL)
        )
        wait_until(self.server.accepts)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def sweep(self, *arguments: str) -> None:
        """As beat does."""
        with Celery(broker=self.url, set_as_current=False) as app:
            app.send_task("core.outbox.tasks.sweep", args=arguments, retry=False, ignore_result=True)


class Processes:
    """The portal's own processes, on the tests' database."""

    def __init__(self, broker: Broker, carrier: SmsCarrier, log: Path) -> None:
        self.log = log
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.worker_settings",
            "FAULTS_DATABASE": str(connection.settings_dict["NAME"]),
            "FAULTS_BROKER": broker.url,
            "FAULTS_CARRIER": carrier.url,
        }
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL),
            )
        self.started.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """One process that sends: a kill then catches one message in the air at most."""
        return self.start(
            "-m",
            "celery",
            "-A",
            "msp_portal.celery",
            "worker",
            "--concurrency=1",
            "--without-gossip",
            "--without-mingle",
            "--loglevel=ERROR",
        )

    def kill_the_sender(self, worker: subprocess.Popen[bytes]) -> None:
        """Of a worker, the process that sends: the worker forks another one at once."""
        wait_until(lambda: bool(psutil.Process(worker.pid).children()))
        senders = psutil.Process(worker.pid).children()
        for sender in senders:
            sender.kill()
        psutil.wait_procs(senders, timeout=10)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        psutil.wait_procs(children, timeout=10)
