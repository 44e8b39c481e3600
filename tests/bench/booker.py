"""A client that books without a pause, in a process of its own: it knows PostgreSQL, not the portal."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import psycopg

PAUSE = 0.01


class Waits(NamedTuple):
    """Of one client that books without a pause."""

    seconds: list[float]
    refused: list[str]


def book_and_take_back(address: str, statement: str, begun: Any, over: Any, answers: Any) -> None:
    """Runs in a process of its own until it is told that the update is over."""
    found = Waits([], [])
    with psycopg.connect(address) as client:
        row = client.execute("SELECT min(id) FROM appointments_appointment").fetchone()
        client.rollback()
        begun.set()
        while not over.is_set():
            started = time.perf_counter()
            try:
                client.execute(statement, row)
                client.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the foreign keys are asked, as by a commit
            except psycopg.Error as error:
                found.refused.append(str(error).splitlines()[0])
            client.rollback()
            found.seconds.append(time.perf_counter() - started)
            time.sleep(PAUSE)
    answers.put(found)
