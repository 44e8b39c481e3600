"""Which databases the bench plays on, and how each is loaded."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from tests.bench import loads
from tests.bench.stage import PREFIX, Stage

W, HISTORY, TERRITORY = "w", "history", "territory"


def sizes(quick: bool, territory: int) -> dict[str, loads.Size]:
    """`territory`: how many practitioners; the appointments go with them."""
    share = territory / loads.TERRITORY.practitioners
    wide = replace(
        loads.TERRITORY,
        practitioners=territory,
        centres=max(1, territory // 20),
        booked=round(loads.TERRITORY.booked * share),
        patients=round(loads.TERRITORY.patients * share),
        history=round(loads.TERRITORY.history * share),
    )
    history = replace(loads.HISTORY, history=20_000) if quick else loads.HISTORY
    return {W: loads.W, HISTORY: history, TERRITORY: wide}


def use(stage: Stage, name: str, size: loads.Size) -> str:
    load = _without_constraints if name == TERRITORY else _with_constraints
    return stage.loaded(name, repr(size) + str(loads.next_monday()) + inspect.getsource(loads), load(size))


def copy(stage: Stage, name: str, source: str) -> str:
    """A database to write into, equal to `source`."""
    stage.create(f"{PREFIX}_{name}", template=source)
    stage.use(f"{PREFIX}_{name}")
    return f"{PREFIX}_{name}"


def count_free_days() -> None:
    """As the worker does within seconds of a change."""
    from appointments.actions import count_free_days as action

    action.count_all_again()
    while action.count_free_days():
        pass


def _with_constraints(size: loads.Size) -> Any:
    def load(stage: Stage, database: str) -> dict[str, int]:
        with stage.superuser(database) as admin, admin.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            facts = loads.load(size, cursor)
            cursor.execute("ANALYZE")
            count_free_days()
            return facts

    return load


def _without_constraints(size: loads.Size) -> Any:
    """Only read afterwards: the exclusion constraints, which no search uses, stay away; the indexes come last."""

    def load(stage: Stage, database: str) -> dict[str, int]:
        with stage.superuser(database) as admin, admin.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(
                """SELECT conname FROM pg_constraint
                WHERE conrelid = 'appointments_appointment'::regclass AND contype = 'x'"""
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE appointments_appointment DROP CONSTRAINT {name}")
            cursor.execute(
                """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
                WHERE indrelid = 'appointments_appointment'::regclass AND NOT indisunique"""
            )
            indexes = cursor.fetchall()
            for name, _definition in indexes:
                cursor.execute(f"DROP INDEX {name}")
            facts = loads.load(size, cursor)
            for _name, definition in indexes:
                cursor.execute(definition)
            cursor.execute("ANALYZE")
            count_free_days()
            return facts

    return load
