"""The search against bare SQL in the same rounds, and against the oracle."""

from __future__ import annotations

import statistics
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.availability import first_free, free_slots, soonest
from appointments.models import VisitReason
from core import clock
from tests.bench import datasets, filling, loads, oracle
from tests.bench.figures import Figure, in_turns, medians, ratio
from tests.bench.stage import Stage

# « L »: what PostgreSQL alone needs for openings minus busy, cut into slots.
LIMIT = """
WITH o AS (
    SELECT practitioner_id, range_agg(tstzrange(start_at, end_at)) AS times FROM appointments_opening
    WHERE start_at < %(end)s AND end_at > %(start)s AND cancelled_at IS NULL AND practitioner_id = ANY(%(who)s)
    GROUP BY 1
), b AS (
    SELECT practitioner_id, range_agg(tstzrange(start_at, blocked_until)) AS times FROM appointments_appointment
    WHERE occupies AND practitioner_id = ANY(%(who)s)
      AND start_at < %(end)s AND start_at > %(start)s - interval '1 day' AND blocked_until > %(start)s
    GROUP BY 1
), f AS (
    SELECT o.practitioner_id, unnest(o.times - coalesce(b.times, '{}')) AS free
    FROM o LEFT JOIN b USING (practitioner_id)
)
SELECT practitioner_id, g
FROM f, generate_series(lower(free), upper(free) - interval '20 min', interval '20 min') g
"""


def bare_sql(who: Collection[int], start: datetime, end: datetime) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(LIMIT, {"who": list(who), "start": start, "end": end})
        return cursor.fetchall()


def all_reasons(limit: int | None = None) -> list[VisitReason]:
    return list(VisitReason.objects.select_related("practitioner").order_by("practitioner_id")[:limit])


def agrees_with_oracle(
    reasons: Collection[VisitReason], start: datetime, end: datetime, now: datetime
) -> bool:
    ours = {(slot.reason.pk, slot.start) for slot in free_slots(reasons, start, end, now=now)}
    return ours == oracle.free_starts(reasons, start, end, now)


def against_limit(name: str, work: str, goal: float, count: int, days: int, rounds: int) -> Figure:
    reasons, now = all_reasons(count), clock.now()
    start, end = loads.window(days)
    who = [reason.practitioner_id for reason in reasons]
    times = in_turns(
        {
            "limit": lambda: bare_sql(who, start, end),
            "ours": lambda: free_slots(reasons, start, end, now=now),
        },
        rounds,
    )
    found = ratio(times, "ours", "limit")
    ours, limit = statistics.median(times["ours"]), statistics.median(times["limit"])
    right = agrees_with_oracle(reasons, start, end, now)
    facts = {
        **medians(times),
        "rounds": rounds,
        "slots": len(free_slots(reasons, start, end, now=now)),
        "slots_limit": len(bare_sql(who, start, end)),
        "equals_oracle": right,
    }
    measured = f"{found:.2f} L ({ours:.1f} ms against {limit:.1f} ms)"
    return Figure(name, work, measured, f"≤ {goal} L", right and found <= goal, found, facts)


def on_reference(stage: Stage, sizes: dict[str, loads.Size]) -> list[Figure]:
    """W itself: the figures by which it is known, and the slots one by one."""
    datasets.use(stage, datasets.W, sizes[datasets.W])
    start, end = loads.window()
    reasons, now = all_reasons(), clock.now()
    slots = free_slots(reasons, start, end, now=now)
    right = agrees_with_oracle(reasons, start, end, now)
    times = in_turns({"ours": lambda: free_slots(reasons, start, end, now=now)}, 15)
    passed = right and len(slots) == 5223
    facts = {**medians(times), "slots": len(slots), "equals_oracle": right}
    return [
        Figure(
            "slots_of_w",
            "W: free slots, each checked by brute force",
            f"{len(slots)} in {statistics.median(times['ours']):.1f} ms",
            "5223",
            passed,
            None,
            facts,
        )
    ]


def on_history(stage: Stage, sizes: dict[str, loads.Size], rounds: int) -> list[Figure]:
    """The rows of the table that are measured in L."""
    source = datasets.use(stage, datasets.HISTORY, sizes[datasets.HISTORY])
    figures = [
        against_limit("all_slots", "free slots, all 20 practitioners, 30 days", 1.25, 20, 30, rounds),
        against_limit("one_day", "one practitioner, 1 day", 2, 1, 1, rounds * 5),
        against_limit("one_month", "one practitioner, 30 days", 1.5, 1, 30, rounds * 3),
        first_available("first", "first available among 20", 1, rounds * 3),
    ]
    datasets.copy(stage, "full", source)
    filling.fill_first_days(15)
    datasets.count_free_days()
    figures.append(first_available("first_full", "first available among 20, 15 days full", 3, rounds * 3))
    return figures


def first_available(name: str, work: str, goal: float, rounds: int) -> Figure:
    """Against bare SQL over the first three days. The answer must be the oracle's earliest of each reason."""
    reasons, now = all_reasons(), clock.now()
    start, end = loads.window()
    who = [reason.practitioner_id for reason in reasons]
    times = in_turns(
        {
            "limit": lambda: bare_sql(who, start, start + timedelta(days=3)),
            "ours": lambda: first_free(reasons, start, now=now),
        },
        rounds,
    )
    expected: dict[int, int] = {}
    for key, at in sorted(oracle.free_starts(reasons, start, end, now), key=lambda pair: pair[1]):
        expected.setdefault(key, at)
    right = {key: slot.start for key, slot in first_free(reasons, start, now=now).items()} == expected
    found = ratio(times, "ours", "limit")
    ours, limit = statistics.median(times["ours"]), statistics.median(times["limit"])
    measured = f"{found:.2f} × the 3-day probe ({ours:.1f} ms against {limit:.1f} ms)"
    facts = {**medians(times), "rounds": rounds, "equals_oracle": right}
    return Figure(name, work, measured, f"≤ {goal} ×", right and found <= goal, found, facts)


def count_queries(reasons: Collection[VisitReason], days: int) -> int:
    start, end = loads.window(days)
    with CaptureQueriesContext(connection) as captured:
        free_slots(reasons, start, end, now=clock.now())
    return len(captured)


def constant_queries(stage: Stage, sizes: dict[str, loads.Size]) -> Figure:
    counts: dict[str, int] = {}
    for name in (datasets.W, datasets.HISTORY, datasets.TERRITORY):
        datasets.use(stage, name, sizes[name])
        reasons = all_reasons(200)
        for people in (1, 20, 200):
            if people <= len(reasons):
                for days in (1, 30, 90):
                    counts[f"{name}, {people} practitioners, {days} days"] = count_queries(
                        reasons[:people], days
                    )
    found = sorted(set(counts.values()))
    return Figure(
        "queries",
        "queries of a search: 1/20/200 practitioners, 1/30/90 days, 0/1 M history",
        " or ".join(map(str, found)),
        "≤ 3, always the same",
        len(found) == 1 and found[0] <= 3,
        None,
        counts,
    )


def on_territory(stage: Stage, sizes: dict[str, loads.Size], rounds: int) -> list[Figure]:
    """One centre of many, and the earliest of a whole profession."""
    small = datasets.use(stage, datasets.W, sizes[datasets.W])
    ours_small = all_reasons()
    wide = datasets.use(stage, datasets.TERRITORY, sizes[datasets.TERRITORY])
    everybody = all_reasons()
    middle = len(everybody) // 40 * 20
    ours_wide = everybody[middle : middle + 20]
    start, end = loads.window()
    now = clock.now()

    def search(database: str, reasons: list[VisitReason]) -> None:
        stage.use(database)
        free_slots(reasons, start, end, now=now)

    times = in_turns(
        {"w": lambda: search(small, ours_small), "territory": lambda: search(wide, ours_wide)}, rounds
    )
    found = ratio(times, "territory", "w")
    size = sizes[datasets.TERRITORY]
    rows = size.booked + size.history
    stage.use(wide)
    right = agrees_with_oracle(ours_wide[:3], start, end, now)
    of_centre = Figure(
        "territory_centre",
        f"search of one centre among {size.practitioners} practitioners, {rows / 1e6:.1f} M appointments",
        f"{found:.2f} × its time on W ({statistics.median(times['territory']):.1f} ms)",
        "≤ 1.3 ×",
        right and found <= 1.3,
        found,
        {
            **medians(times),
            "appointments": rows,
            "equals_oracle": right,
            "note": "loaded without exclusion constraints",
        },
    )
    return [of_centre, earliest_of_profession(everybody, start, now, rounds)]


def earliest_of_profession(
    everybody: list[VisitReason], start: datetime, now: datetime, rounds: int
) -> Figure:
    """The answer must be what a search over everybody's agenda finds, and what brute force finds for its own day."""
    times = in_turns({"ours": lambda: soonest(everybody, start, now=now)}, rounds * 3)
    ours = statistics.median(times["ours"])
    with CaptureQueriesContext(connection) as captured:
        (found,) = soonest(everybody, start, now=now)
    day = clock.day_bounds(loads.next_monday())[1]
    all_of_them = free_slots(everybody, start, day, now=now, first_only=True)
    right = found.start == min(slot.start for slot in all_of_them)
    right = right and (found.reason.pk, found.start) in oracle.free_starts([found.reason], start, day, now)
    return Figure(
        "territory_earliest",
        f"earliest of a profession over {len(everybody)} practitioners",
        f"{ours:.1f} ms, {len(captured)} queries",
        "≤ 2 ms",
        right and ours <= 2,
        None,
        {**medians(times), "queries": len(captured), "right": right},
    )
