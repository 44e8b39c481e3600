"""What an update costs a house of a million appointments: how long each migration takes, and how long bookings wait."""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.bench import datasets, loads
from tests.bench.booker import Waits, book_and_take_back
from tests.bench.figures import Figure
from tests.bench.stage import Stage

# What the portal before the update sends: no column that came later.
BOOKING = f"""
    INSERT INTO appointments_appointment ({loads.COLUMNS})
    SELECT 'PROBE', gen_random_uuid(), 'booked', practitioner_id, reason_id, patient_id, place_id, room_id, place_kind,
           now() + interval '9 years', now() + interval '9 years 1 hour', now() + interval '9 years 1 hour', false, 0,
           '', 'online', now(), '', ''
    FROM appointments_appointment WHERE id = %s
"""
LONGEST, LONGEST_WAIT = 60.0, 1.0


def measure(stage: Stage, sizes: dict[str, loads.Size]) -> list[Figure]:
    """Back to the first release, and forward again while somebody books."""
    source = datasets.use(stage, datasets.HISTORY, sizes[datasets.HISTORY])
    database = datasets.copy(stage, "migrations", source)
    call_command("migrate", "appointments", "0001", interactive=False, verbosity=0)
    context = multiprocessing.get_context("spawn")
    begun, over, answers = context.Event(), context.Event(), context.Queue()
    client = context.Process(
        target=book_and_take_back, args=(stage.url(database), BOOKING, begun, over, answers)
    )
    client.start()
    try:
        if not begun.wait(120):
            raise RuntimeError("the client that books did not start")
        times = forward()
    finally:
        over.set()
    waits: Waits = answers.get(timeout=120)
    client.join()
    return [figure(times, waits, sizes[datasets.HISTORY])]


def forward() -> dict[str, float]:
    """The seconds that each migration takes."""
    times: dict[str, float] = {}
    started = 0.0

    def note(action: str, migration: Any = None, _fake: bool = False) -> None:
        nonlocal started
        if action == "apply_start":
            started = time.perf_counter()
        elif action == "apply_success":
            times[str(migration)] = time.perf_counter() - started

    executor = MigrationExecutor(connection, note)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return times


def figure(times: dict[str, float], waits: Waits, size: loads.Size) -> Figure:
    slowest, longest = max(times, key=lambda name: times[name]), max(waits.seconds)
    return Figure(
        "migrations",
        f"the {len(times)} migrations since the first release on {size.history + size.booked:,} appointments,"
        " while somebody books",
        f"the longest {times[slowest]:.1f} s ({slowest}); a booking waited at most {longest * 1000:.0f} ms",
        "none over 60 s; no booking waits over 1 s, none is refused",
        times[slowest] <= LONGEST and longest <= LONGEST_WAIT and not waits.refused,
        None,
        {
            "seconds": {name: round(value, 2) for name, value in times.items()},
            "bookings": len(waits.seconds),
            "longest_wait_ms": round(longest * 1000, 1),
            "refused": waits.refused[:5],
        },
    )
