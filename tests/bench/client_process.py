"""One process of clients: threads with a connection each, that act when all others do."""

from __future__ import annotations

import os
import threading
import time
from typing import Any, NamedTuple


class Task(NamedTuple):
    """A tap on a slot; with a person, the whole booking."""

    reason: int
    start: int
    holder: str
    user: int | None = None
    patient: int | None = None


class Outcome(NamedTuple):
    task: Task
    word: str
    milliseconds: float


def act(
    database_url: str,
    clients: list[list[Task]],
    barrier: Any,
    outcomes: Any,
    *,
    step_by_step: bool,
) -> None:
    """Runs in a fresh process. `step_by_step`: all clients of all processes start each task together."""
    os.environ["DATABASE_URL"] = database_url
    import django

    django.setup()
    from django.db import connection, connections

    from accounts.models import User
    from appointments.models import VisitReason

    reasons = VisitReason.objects.select_related("practitioner__centre").in_bulk()
    users = User.objects.in_bulk({task.user for tasks in clients for task in tasks if task.user})
    warm_up(clients[0][0], reasons, users)
    connections.close_all()
    collected: list[Outcome] = []

    def client(tasks: list[Task]) -> None:
        connection.ensure_connection()
        mine: list[Outcome] = []
        barrier.wait(120)
        for index, task in enumerate(tasks):
            if step_by_step and index:
                barrier.wait(120)
            started = time.perf_counter()
            word = attempt(task, reasons[task.reason], users.get(task.user or 0))
            mine.append(Outcome(task, word, (time.perf_counter() - started) * 1000))
        collected.extend(mine)
        connection.close()

    threads = [threading.Thread(target=client, args=(tasks,)) for tasks in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes.put(collected)


def warm_up(task: Task, reasons: Any, users: Any) -> None:
    """A web process has imported everything and read its templates long before fifty people come."""
    from django.db import transaction

    with transaction.atomic():
        attempt(task, reasons[task.reason], users.get(task.user or 0))
        transaction.set_rollback(True)


def attempt(task: Task, reason: Any, user: Any) -> str:
    """« held », « booked », « taken », or the name of what went wrong."""
    from datetime import UTC, datetime

    from appointments.actions.book_for import book_for
    from appointments.actions.hold import SlotTaken, hold

    try:
        held = hold(reason, datetime.fromtimestamp(task.start, UTC), holder=task.holder)
        if user is None or task.patient is None:
            return "held"
        book_for(held, task.patient, holder=task.holder, user=user, patient_message="")
    except SlotTaken:
        return "taken"
    except Exception as error:  # noqa: BLE001 – whatever it is, it is counted and shown
        return f"{type(error).__name__}: {error}"[:200]
    return "booked"
