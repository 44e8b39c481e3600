"""Tasks and conversations about her."""

from __future__ import annotations

from coordination.actions.add_task import add_task
from core import clock
from tests.matrix.frame import record
from tests.matrix.people import World


@record("task")
def task(world: World) -> int:
    """Clinical: what is given to the desk is read there too, and told elsewhere (tests/coordination)."""
    users = world.users
    return add_task(
        users["doctor"], "Peser", owner=users["teammate"], due_on=clock.today(), patient=world.patient
    ).pk
