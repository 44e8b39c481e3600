"""Reminders, through their own module and in a database of their own: it empties the tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from msp_portal import paths
from tests.bench.figures import Figure
from tests.bench.stage import PREFIX, Stage


def reminders(stage: Stage, *, quick: bool) -> list[Figure]:
    database = f"{PREFIX}_reminders"
    stage.create(database)
    environment = os.environ | stage.environment(database)
    if quick:
        environment |= {"BENCH_REMINDERS": "5000", "BENCH_FUTURE": "20000"}
    for command in (["manage.py", "migrate", "-v0"], ["-m", "tests.bench.reminders"]):
        result = subprocess.run(
            [sys.executable, *command],
            cwd=paths.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise RuntimeError(result.stderr[-2000:])
    facts = json.loads(result.stdout[result.stdout.index("{") :])
    rate, idle = facts["reminders_per_second_null"], facts["idle_sweep_ms_with_future"]
    return [
        Figure(
            "reminders",
            "reminders due at once, two processes, a carrier that takes batches",
            f"{rate:,} a second",
            "≥ 20,000 a second",
            # A few thousand end before both processes are at work.
            None if quick else rate >= 20_000,
            None,
            facts,
        ),
        exactly_once(facts["killed"], quick=quick),
        Figure(
            "idle_sweep",
            "a sweep that finds nothing, a million future messages",
            f"{idle:.2f} ms",
            "≤ 2 ms",
            idle <= 2,
            None,
            {},
        ),
    ]


def exactly_once(killed: dict[str, int], *, quick: bool) -> Figure:
    """The key of a message goes with it: a carrier that honours it carries what it is handed twice once."""
    complete = killed["killed"] and killed["due"] == killed["reached_the_carrier"] == killed["sent"]
    return Figure(
        "reminders_killed",
        "the same, two sweeps at once and a third killed by SIGKILL in the middle",
        f"{killed['reached_the_carrier']:,} of {killed['due']:,} reached the carrier by their keys,"
        f" {killed['handed_over_twice']} handed over a second time",
        f"all, each key once; handed over again ≤ one batch ({killed['at_most_twice']})",
        # The same: the others may be done before the one that is to be killed has begun.
        None if quick else bool(complete) and killed["handed_over_twice"] <= killed["at_most_twice"],
        None,
        dict(killed),
    )
