"""Telling the worker that a message is due, without ever making the person wait for the queue.

A thread of this process rings for it: committing costs the request nothing, many commits ring once, and a broker that
is away or silent blocks nobody. While it is away the thread delivers what is due by itself, so that a sign-in code
does not wait for Redis: the rows and their leases make that safe from any process.
"""

from __future__ import annotations

import os
import threading
import time

import structlog
from django.conf import settings
from django.db import close_old_connections, transaction

log = structlog.get_logger(__name__)

# Commits this close together ring once.
PAUSE_SECONDS = 0.2
# How often a lost broker is tried again, and what is due delivered from here.
RETRY_SECONDS = 10.0


class Bell:
    """Rings for the messages; another ground that has work for the worker says in a subclass what it rings for."""

    name = "outbox-bell"

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._lock = threading.Lock()
        self._process: int | None = None
        self._broker_lost = False

    def ring(self) -> None:
        if not settings.OUTBOX_WAKE:
            return
        with self._lock:
            # A forked child inherits the mark but not the thread.
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._listen, name=self.name, daemon=True).start()
        self._rung.set()

    def _listen(self) -> None:
        while True:
            self._rung.wait(RETRY_SECONDS if self._broker_lost else None)
            self._rung.clear()
            self.answer()
            time.sleep(PAUSE_SECONDS)

    def send(self) -> None:
        from core.outbox import tasks

        tasks.deliver_now.apply_async(retry=False, expires=60)

    def work(self) -> None:
        from core.outbox import delivery

        delivery.deliver(seconds=RETRY_SECONDS)

    def answer(self) -> None:
        try:
            self.send()
        except Exception as error:  # noqa: BLE001 - whatever the queue suffers from, messages go on leaving
            self._lose(error)
        else:
            if self._broker_lost:
                log.info("outbox.broker_back")
            self._broker_lost = False

    def _lose(self, error: Exception) -> None:
        if not self._broker_lost:
            log.warning("outbox.broker_lost", error=type(error).__name__)
        self._broker_lost = True
        try:
            self.work()
        except Exception as failure:  # noqa: BLE001 - a thread that dies would never ring again
            log.warning("outbox.delivery_without_worker_failed", error=type(failure).__name__)
        finally:
            close_old_connections()


bell = Bell()


def on_commit() -> None:
    transaction.on_commit(bell.ring, robust=True)
