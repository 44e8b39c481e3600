"""django-appointment, from the package registry into an environment of its own, on the same W in the same rounds."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from appointments.availability import first_free, free_slots
from appointments.models import Appointment
from core import clock
from msp_portal import paths
from tests.bench import datasets, loads, search
from tests.bench.figures import Figure
from tests.bench.stage import PREFIX, Stage

PACKAGES = ("django-appointment==3.12.0", "psycopg[binary]")
WORK = {
    "all": "free slots, all 20, 30 days",
    "first": "first available among 20",
    "day": "one practitioner, 1 day",
}
WORK["month"] = "one practitioner, 30 days"


class NotMeasuredError(Exception):
    """Carries why."""


class Peer:
    """The peer's process: asked by a line, answers by a line."""

    def __init__(self, stage: Stage, python: Path) -> None:
        database = f"{PREFIX}_peer"
        stage.create(database)
        environment = {
            "PATH": os.defpath,
            "PEER_HOST": str(stage.server.socket_dir),
            "PEER_DATABASE": database,
            "PEER_USER": paths.ROLE,
        }
        # A file, not a pipe: a chatty peer would wait for a reader.
        self.errors = (stage.root / "peer.log").open("w+")
        script = Path(__file__).with_name("peer_search.py")
        self.process = subprocess.Popen(
            [str(python), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=environment,
        )

    def ask(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its last words are read below
        answer = self.process.stdout.readline()
        if not answer:
            self.errors.seek(0)
            raise NotMeasuredError("it failed: " + self.errors.read().strip()[-300:])
        return dict(json.loads(answer))

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.errors.close()


def environment_of(stage: Stage) -> Path:
    """Its own Python; asked for from the registry once."""
    place = stage.root / "peer"
    python = place / "bin" / "python"
    stamp = place / "installed.txt"
    if stamp.exists() and stamp.read_text() == " ".join(PACKAGES):
        return python
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [str(python), "-m", "pip", "install", "-q", *PACKAGES],
    ):
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if result.returncode:
            raise NotMeasuredError(
                "it could not be installed: " + (result.stderr or result.stdout).strip()[-300:]
            )
    stamp.write_text(" ".join(PACKAGES))
    return python


def compare(stage: Stage, sizes: dict[str, loads.Size], *, quick: bool) -> list[Figure]:
    try:
        python = environment_of(stage)
        peer = Peer(stage, python)
        try:
            return in_rounds(stage, sizes, peer, 1 if quick else 3)
        finally:
            peer.end()
    except NotMeasuredError as why:
        return [
            Figure(
                "peer_all",
                "django-appointment on the same W",
                "not measured",
                "≥ 100 ×",
                None,
                None,
                {"why": str(why)},
            )
        ]


def in_rounds(stage: Stage, sizes: dict[str, loads.Size], peer: Peer, rounds: int) -> list[Figure]:
    datasets.use(stage, datasets.W, sizes[datasets.W])
    reasons, now = search.all_reasons(), clock.now()
    work = {
        "monday": loads.next_monday().isoformat(),
        "days": 30,
        "practitioners": [reason.practitioner_id for reason in reasons],
        "booked": [
            (who, clock.local(at).replace(tzinfo=None).isoformat())
            for who, at in Appointment.objects.filter(start_at__gt=now).values_list(
                "practitioner_id", "start_at"
            )
        ],
    }
    peer.ask(json.dumps(work))
    start, end = loads.window()
    day = loads.window(1)[1]
    ours = {
        "all": lambda: free_slots(reasons, start, end, now=now),
        "first": lambda: first_free(reasons, start, now=now),
        "day": lambda: free_slots(reasons[:1], start, day, now=now),
        "month": lambda: free_slots(reasons[:1], start, end, now=now),
    }
    figures = []
    for name, run in ours.items():
        theirs, mine = [], []
        for _ in range(8):
            run()
        for _ in range(rounds if name == "all" else rounds * 3):
            started = time.perf_counter()
            found = run()
            mine.append((time.perf_counter() - started) * 1000)
            told = peer.ask(name)
            theirs.append(told["ms"])
        times = statistics.median(other / own for other, own in zip(theirs, mine, strict=True))
        facts = {
            "ours_ms": round(statistics.median(mine), 2),
            "peer_ms": round(statistics.median(theirs), 1),
            "ours_slots": len(found),
            "peer_slots": told["slots"],
            "rounds": len(mine),
            "peer": PACKAGES[0],
        }
        figures.append(
            Figure(
                f"peer_{name}",
                f"django-appointment on the same W: {WORK[name]}",
                f"{times:,.0f} × its speed ({facts['ours_ms']:.1f} ms against {facts['peer_ms']:,.0f} ms)",
                "≥ 100 ×" if name == "all" else "–",
                times >= 100 if name == "all" else None,
                round(times, 1),
                facts,
            )
        )
    figures[0].facts["peer_queries"] = peer.ask("queries")["queries"]
    return figures
