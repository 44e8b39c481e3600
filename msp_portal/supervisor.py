"""Starts processes, prefixes what they say, starts them again when they die, and ends every one of them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msp_portal.embedded.host import leash

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A process that lived this long has recovered: its next death starts with a short pause again.
SETTLED_AFTER = 60.0


class Terminal:
    """Where all processes speak: one line, one prefix; bare lines for a collector that reads JSON."""

    def __init__(self, *, bare: bool = False) -> None:
        self.bare = bare

    def line(self, name: str, text: str) -> None:
        self.write(text if self.bare else f"{name:<6} | {text}")

    def event(self, name: str, **facts: object) -> None:
        self.line("portal", " ".join([f"event={name}", *(f"{key}={value}" for key, value in facts.items())]))

    def write(self, text: str) -> None:
        # Whoever read us may have gone; that is no reason to stop serving.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(text + "\n")
            sys.stdout.flush()


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 15.0
    # What the kernel sends should the supervisor itself be killed.
    leash: signal.Signals = signal.SIGKILL
    popen: Mapping[str, Any] = field(default_factory=dict)
    # A line with this in it would only alarm people.
    unsaid: str = ""


class Keeper:
    """One service and the process that runs it now."""

    def __init__(self, service: Service, terminal: Terminal) -> None:
        self.service = service
        self.terminal = terminal
        self.deaths = 0
        self.last_words: deque[str] = deque(maxlen=20)
        self._process: Process | None = None
        self._stopping = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        process = await self._spawn()
        self._watch = asyncio.create_task(self._keep(process))

    async def run_once(self) -> int:
        """For a step of the preparation: its exit status."""
        return await self._live(await self._spawn())

    async def stop(self) -> None:
        self._stopping.set()
        if self._process is not None and self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.service.stop_signal)
            try:
                await asyncio.wait_for(self._process.wait(), self.service.stop_within)
            except TimeoutError:
                self.terminal.event(
                    "killed", process=self.service.name, after=f"{self.service.stop_within:.0f}s"
                )
        self.kill()
        if self._watch is not None:
            await self._watch

    def kill(self) -> None:
        """The whole group: the children of a worker go with it."""
        self._stopping.set()
        if self._process is not None:
            _kill_group(self._process)

    async def _spawn(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self.service.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(self.service.environment),
            # A Ctrl-C at the terminal reaches the supervisor alone, which then ends the others in order.
            start_new_session=True,
            preexec_fn=leash(self.service.leash),
            **self.service.popen,
        )
        return self._process

    async def _live(self, process: Process) -> int:
        speech = asyncio.create_task(self._listen(process))
        status = await process.wait()
        _kill_group(process)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(speech, 5)
        return status

    async def _listen(self, process: Process) -> None:
        if process.stdout is None:
            return
        pending = b""
        while chunk := await process.stdout.read(65536):
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self._say(line)
        if pending:
            self._say(pending)

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if self.service.unsaid and self.service.unsaid in text:
            return
        self.last_words.append(text)
        self.terminal.line(self.service.name, text)

    async def _keep(self, process: Process) -> None:
        pause = FIRST_PAUSE
        while True:
            born = time.monotonic()
            status = await self._live(process)
            if self._stopping.is_set():
                return
            self.deaths += 1
            if time.monotonic() - born > SETTLED_AFTER:
                pause = FIRST_PAUSE
            self.terminal.event("died", process=self.service.name, status=status, restart_in=f"{pause:.0f}s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            process = await self._spawn()
            self.terminal.event("restarted", process=self.service.name)


def _kill_group(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
