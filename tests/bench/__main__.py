"""`make bench`, or `python -m tests.bench --only search,races --quick`: figures of speed, each beside its limit."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from msp_portal import paths
from tests.bench.stage import Stage

if TYPE_CHECKING:
    from tests.bench.figures import Figure

GROUPS = (
    "search",
    "territory",
    "races",
    "booking",
    "pages",
    "schedule",
    "record",
    "memory",
    "migrations",
    "reminders",
    "peer",
)


def main() -> int:
    wishes = read_wishes()
    results = paths.data_dir() / "bench"
    load_before = os.getloadavg()[0]
    with Stage(results).open() as stage:
        from tests.bench import figures as writing

        figures: list[Figure] = []
        for name, group in groups(stage, wishes).items():
            if name in wishes.only:
                started = time.perf_counter()
                say(f"{name} …")
                figures += group()
                say(f"  {time.perf_counter() - started:.0f} s")
        with stage.superuser() as admin:
            row = admin.execute("SHOW server_version").fetchone()
        place = writing.machine(row[0] if row else "") | {"load_before": round(load_before, 2)}
        document = writing.report(figures, place, vars(wishes))
        path = writing.write_json(document, results)
    say("")
    say(writing.table(figures))
    say("")
    say(f"Written to {os.path.relpath(path)}; missed: {', '.join(document['missed']) or 'nothing'}.")
    if wishes.only == list(GROUPS) and not wishes.quick:
        writing.write_document(figures, place)
        say(f"{os.path.relpath(writing.DOCUMENT)} has the new table.")
    return 0


def read_wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(GROUPS), help=", ".join(GROUPS)
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a short past, a small territory")
    parser.add_argument("--rounds", type=int, default=0, help="of each comparison (default 15, quick 7)")
    parser.add_argument("--territory", type=int, default=0, help="practitioners of W-territory")
    wishes = parser.parse_args()
    if unknown := set(wishes.only) - set(GROUPS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    wishes.rounds = wishes.rounds or (7 if wishes.quick else 15)
    wishes.territory = wishes.territory or (200 if wishes.quick else 2000)
    return wishes


def groups(stage: Stage, wishes: argparse.Namespace) -> dict[str, Callable[[], list[Figure]]]:
    from tests.bench import (
        clients,
        datasets,
        migrations,
        pages,
        peer,
        record_page,
        schedule_pages,
        search,
        sending,
    )

    sizes = datasets.sizes(wishes.quick, wishes.territory)
    rounds, quick = wishes.rounds, wishes.quick
    return {
        "search": lambda: [
            *search.on_reference(stage, sizes),
            *search.on_history(stage, sizes, rounds),
        ],
        "territory": lambda: [
            search.constant_queries(stage, sizes),
            *search.on_territory(stage, sizes, rounds),
        ],
        "races": lambda: clients.races(stage, sizes, quick=quick),
        "booking": lambda: clients.bookings(stage, sizes, quick=quick),
        "pages": lambda: pages.speed(stage, sizes, rounds),
        "schedule": lambda: schedule_pages.measure(stage, sizes, rounds),
        "record": lambda: record_page.measure(stage, sizes, rounds),
        "memory": lambda: pages.memory(stage, sizes, quick=quick),
        "migrations": lambda: migrations.measure(stage, sizes),
        "reminders": lambda: sending.reminders(stage, quick=quick),
        "peer": lambda: peer.compare(stage, sizes, quick=quick),
    }


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
