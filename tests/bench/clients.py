"""Fifty clients at once, through the same actions as the screens, with a connection each."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter, defaultdict
from datetime import date, timedelta

from django.db import connection

from appointments.availability import Slot, free_slots
from appointments.models import Appointment, VisitReason
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from patients.models import Proxy
from tests.bench import datasets, loads, search
from tests.bench.client_process import Outcome, Task, act
from tests.bench.figures import Figure, percentile
from tests.bench.stage import Stage

CLIENTS = 50
PROCESSES = 2


def play(
    stage: Stage, database: str, clients: list[list[Task]], *, step_by_step: bool
) -> tuple[list[Outcome], float]:
    """What each client met, and the seconds from the common start to the last answer."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(clients) + 1 - step_by_step)
    queue = context.Queue()
    processes = [
        context.Process(
            target=act,
            args=(stage.url(database), clients[n::PROCESSES], barrier, queue),
            kwargs={"step_by_step": step_by_step},
        )
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    if not step_by_step:
        barrier.wait(120)
    started = time.perf_counter()
    outcomes = [outcome for _ in processes for outcome in queue.get(timeout=600)]
    elapsed = time.perf_counter() - started
    for process in processes:
        process.join()
    return outcomes, elapsed


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def double_bookings() -> int:
    """Pairs of active times of one practitioner that overlap: what the constraint must keep at none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM appointments_appointment a JOIN appointments_appointment b
            ON a.practitioner_id = b.practitioner_id AND a.id < b.id AND a.occupies AND b.occupies
               AND tstzrange(a.start_at, a.blocked_until) && tstzrange(b.start_at, b.blocked_until)
            WHERE a.start_at > now() AND b.start_at > now()"""
        )
        return int(cursor.fetchone()[0])


def free_at_random(seed: int) -> list[Slot]:
    start, end = loads.window()
    slots = free_slots(search.all_reasons(), start, end, now=clock.now())
    random.Random(seed).shuffle(slots)
    return slots


def races(stage: Stage, sizes: dict[str, loads.Size], *, quick: bool) -> list[Figure]:
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    database = datasets.copy(stage, "race", source)
    return [
        one_slot(stage, database, 5 if quick else 20),
        overlapping(stage, database, 10 if quick else 100),
    ]


def one_slot(stage: Stage, database: str, rounds: int) -> Figure:
    slots = free_at_random(1)[:rounds]
    clients = [
        [Task(slot.reason.pk, slot.start, f"visitor {n} of {index}") for index, slot in enumerate(slots)]
        for n in range(CLIENTS)
    ]
    before = deadlocks()
    outcomes, _elapsed = play(stage, database, clients, step_by_step=True)
    winners: Counter[int] = Counter(dict.fromkeys(range(rounds), 0))
    for outcome in outcomes:
        winners[int(outcome.task.holder.rpartition(" ")[2])] += outcome.word == "held"
    words = Counter(outcome.word for outcome in outcomes)
    errors = len(outcomes) - words["held"] - words["taken"]
    slow = percentile([outcome.milliseconds for outcome in outcomes], 0.95)
    facts = {
        "words": dict(words),
        "winners": sorted(winners.values()),
        "deadlocks": deadlocks() - before,
        "double_bookings": double_bookings(),
        "p50_ms": round(percentile([outcome.milliseconds for outcome in outcomes], 0.5), 1),
        "p95_ms": round(slow, 1),
    }
    fair = set(winners.values()) == {1} and errors == facts["deadlocks"] == facts["double_bookings"] == 0
    return Figure(
        "race_one_slot",
        f"{CLIENTS} clients race for one slot, {rounds} rounds",
        f"{words['held']} winners, {errors} errors, {facts['deadlocks']} deadlocks, p95 {slow:.0f} ms",
        "one winner a round, 0 errors, 0 deadlocks, p95 ≤ 150 ms",
        fair and slow <= 150,
        None,
        facts,
    )


def overlapping(stage: Stage, database: str, tries: int) -> Figure:
    """Visits of three lengths on a grid of five minutes, in one practitioner's week: the trap for deadlocks."""
    first = VisitReason.objects.order_by("pk").first()
    assert first is not None
    reasons = [
        VisitReason.objects.create(
            practitioner_id=first.practitioner_id,
            category_id=first.category_id,
            name=f"{minutes} minutes",
            duration_minutes=minutes,
            grid_minutes=5,
            notice_minutes=0,
            horizon_days=365,
        )
        for minutes in (10, 25, 45)
    ]
    start = loads.window()[0]
    slots = [
        slot
        for reason in reasons
        for slot in free_slots([reason], start, start + timedelta(days=26), now=clock.now())
    ]
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.local_day].append(slot)
    rnd = random.Random(3)
    # All of them on one day at a time: most meet.
    rounds = [rnd.choices(rnd.choice(list(by_day.values())), k=CLIENTS) for _ in range(tries)]
    clients = [
        [
            Task(slots[n].reason.pk, slots[n].start, f"passer-by {n} {index}")
            for index, slots in enumerate(rounds)
        ]
        for n in range(CLIENTS)
    ]
    before = deadlocks()
    outcomes, _elapsed = play(stage, database, clients, step_by_step=True)
    words = Counter(outcome.word for outcome in outcomes)
    errors = len(outcomes) - words["held"] - words["taken"]
    minutes = {reason.pk: reason.duration_minutes for reason in reasons}
    wrong = false_refusals(outcomes, minutes, first.practitioner_id)
    slow = percentile([outcome.milliseconds for outcome in outcomes], 0.95)
    facts = {
        "words": dict(words),
        "deadlocks": deadlocks() - before,
        "double_bookings": double_bookings(),
        "false_refusals": wrong,
        "p95_ms": round(slow, 1),
    }
    fair = errors == facts["deadlocks"] == facts["double_bookings"] == wrong == 0
    return Figure(
        "race_overlapping",
        f"overlapping unequal slots, {CLIENTS} clients × {tries}",
        f"{words['held']} held, {errors} errors, {facts['deadlocks']} deadlocks, {wrong} false refusals, "
        f"p95 {slow:.0f} ms",
        "0 errors, 0 deadlocks, 0 false refusals, p95 ≤ 150 ms",
        fair and slow <= 150,
        None,
        facts,
    )


def false_refusals(outcomes: list[Outcome], minutes: dict[int, int], practitioner: int) -> int:
    """Refusals that nothing in the end stands in the way of: nobody gives a slot back in this race."""
    taken = list(
        Appointment.objects.filter(
            practitioner=practitioner, occupies=True, start_at__gt=clock.now()
        ).values_list("start_at", "blocked_until")
    )
    spans = [(since.timestamp(), until.timestamp()) for since, until in taken]
    return sum(
        not any(
            since < outcome.task.start + minutes[outcome.task.reason] * 60 and until > outcome.task.start
            for since, until in spans
        )
        for outcome in outcomes
        if outcome.word == "taken"
    )


def bookings(stage: Stage, sizes: dict[str, loads.Size], *, quick: bool) -> list[Figure]:
    """The whole booking of distinct slots by signed-in patients: hold, check, book, audit, messages, bell."""
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    database = datasets.copy(stage, "booking", source)
    each = 8 if quick else 60
    busy: dict[int, set[int]] = defaultdict(set)
    people = list(Proxy.objects.order_by("-pk").values_list("user_id", "patient_id")[: CLIENTS * each])
    slots = free_at_random(4)[: CLIENTS * each]
    for start, patient in Appointment.objects.filter(start_at__gt=clock.now()).values_list(
        "start_at", "patient_id"
    ):
        busy[patient].add(int(start.timestamp()))
    clients: list[list[Task]] = [[] for _ in range(CLIENTS)]
    for n, (slot, (user, patient)) in enumerate(zip(slots, people, strict=True)):
        if slot.start not in busy[patient]:
            clients[n % CLIENTS].append(Task(slot.reason.pk, slot.start, f"visitor {n}", user, patient))
    outcomes, elapsed = play(stage, database, clients, step_by_step=False)
    words = Counter(outcome.word for outcome in outcomes)
    rate = words["booked"] / elapsed
    facts = {
        "words": dict(words),
        "seconds": round(elapsed, 2),
        "p95_ms": round(percentile([outcome.milliseconds for outcome in outcomes], 0.95), 1),
        "audit_events": AuditEvent.objects.count(),
        "messages": OutboxMessage.objects.count(),
        "double_bookings": double_bookings(),
        "processes": PROCESSES,
    }
    right = set(words) == {"booked"} and facts["double_bookings"] == 0
    return [
        Figure(
            "booking",
            f"full booking (hold, patient, appointment, audit, messages), {CLIENTS} clients, distinct slots",
            f"{rate:.0f} a second",
            "≥ 317 a second",
            right and rate >= 317,
            None,
            facts,
        )
    ]
