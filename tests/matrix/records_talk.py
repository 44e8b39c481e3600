"""Tasks and conversations about her."""

from __future__ import annotations

from coordination.actions.add_task import add_task
from coordination.actions.say import Words, open_conversation
from coordination.models import Message
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


def _said(world: World) -> Message:
    return open_conversation(world.patient, "Marche", Words("Plus lente"), actor=world.users["doctor"])


@record("conversation")
def conversation(world: World) -> int:
    return _said(world).conversation_id


@record("said")
def said(world: World) -> int:
    """A message of her doctor's, a moment ago."""
    return _said(world).pk
