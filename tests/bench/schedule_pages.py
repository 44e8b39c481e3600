"""The shared schedule over HTTP: the day of twenty people as a page, and what its calendar draws."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, RoleAssignment, User
from appointments.access import Reader
from appointments.schedule import Wanted, read
from appointments.schedule_feed import feed
from msp_portal import paths
from tests.bench import datasets, loads, web
from tests.bench.figures import Figure
from tests.bench.stage import Stage

LIMIT_MS, LIMIT_RAW, LIMIT_PACKED, LIMIT_QUERIES = 40, 150_000, 20_000, 4
# Who is signed in is asked before every page of the portal.
OF_THE_SESSION = 2


def measure(stage: Stage, sizes: dict[str, loads.Size], rounds: int) -> list[Figure]:
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    database = datasets.copy(stage, "schedule", source)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=paths.BASE_DIR, check=True, capture_output=True
    )
    client = signed_in()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    monday = loads.next_monday().isoformat()
    with web.serve(stage, database, "msp_portal.asgi:application") as server:
        visitor = web.Visitor(server.port, {settings.SESSION_COOKIE_NAME: cookie})
        return [
            page(
                visitor,
                client,
                "schedule_day",
                "the day of 20 people as a page",
                f"/planning/?jour={monday}",
                rounds,
            ),
            page(
                visitor,
                client,
                "schedule_feed",
                "what the calendar of that day draws",
                f"/planning/donnees/?jour={monday}",
                rounds,
            ),
            week(),
        ]


def signed_in() -> Client:
    """Somebody of the desk, who sees most and for whom most is looked up."""
    user, _ = User.objects.get_or_create(email="bench-desk@example.org")
    RoleAssignment.objects.get_or_create(user=user, role=Role.SECRETARY)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def page(visitor: web.Visitor, client: Client, name: str, title: str, path: str, rounds: int) -> Figure:
    times = []
    packed = b""
    for number in range(10 + rounds * 5):
        started = time.perf_counter()
        status, packed, _onward = visitor.ask(path)
        if status != 200:
            raise RuntimeError(f"{status} from {path}")
        if number >= 10:
            times.append((time.perf_counter() - started) * 1000)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    queries = len(captured) - OF_THE_SESSION
    raw, half = len(gzip.decompress(packed)), statistics.median(times)
    return Figure(
        name,
        f"{title}, over HTTP",
        f"{half:.0f} ms · {queries} queries · {raw / 1000:.0f} kB, {len(packed) / 1000:.1f} kB compressed",
        "≤ 40 ms · ≤ 4 · ≤ 150 kB, ≤ 20 kB",
        half <= LIMIT_MS and queries <= LIMIT_QUERIES and raw <= LIMIT_RAW and len(packed) <= LIMIT_PACKED,
        half,
        {"p50_ms": round(half, 1), "queries": queries, "raw": raw, "compressed": len(packed)},
    )


def week() -> Figure:
    """A week of everybody: nobody looks at it at once, but the limits of the feed were written for it."""
    reader, wanted = Reader(None, is_desk=True), Wanted(loads.next_monday(), 7)
    times = []
    content = b""
    visits = 0
    for _ in range(9):
        started = time.perf_counter()
        found: Any = read(reader, wanted)
        content = json.dumps(feed(found), separators=(",", ":"), ensure_ascii=False).encode()
        times.append((time.perf_counter() - started) * 1000)
        visits = len(found.visits)
    with CaptureQueriesContext(connection) as captured:
        read(reader, wanted)
    half, packed = statistics.median(times), len(gzip.compress(content, 6))
    return Figure(
        "schedule_week",
        f"feed of a week of 20 people, {visits} visits, in the process",
        f"{half:.0f} ms · {len(captured)} queries · {len(content) / 1000:.0f} kB, {packed / 1000:.1f} kB compressed",
        "≤ 40 ms · ≤ 4 · ≤ 150 kB, ≤ 20 kB",
        half <= LIMIT_MS
        and len(captured) <= LIMIT_QUERIES
        and len(content) <= LIMIT_RAW
        and packed <= LIMIT_PACKED,
        half,
        {
            "p50_ms": round(half, 1),
            "queries": len(captured),
            "raw": len(content),
            "compressed": packed,
            "visits": visits,
        },
    )
