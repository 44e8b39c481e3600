"""A note of her doctor's to the team."""

from __future__ import annotations

from tests.factories.notes import NoteFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("note")
def note(world: World) -> int:
    return NoteFactory(patient=world.patient, author=world.doctor).pk
