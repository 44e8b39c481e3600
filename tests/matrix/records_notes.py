"""A note of her doctor's to the team, and her care plan."""

from __future__ import annotations

from datetime import timedelta

from coordination.models import CarePlan, CarePlanVersion
from core import clock
from tests.factories.notes import NoteFactory
from tests.matrix.frame import record
from tests.matrix.people import World


@record("note")
def note(world: World) -> int:
    return NoteFactory(patient=world.patient, author=world.doctor).pk


@record("plan_version")
def plan_version(world: World) -> int:
    plan = CarePlan.objects.create(patient=world.patient)
    CarePlanVersion.objects.create(
        plan=plan,
        number=1,
        aim="Marcher",
        author=world.doctor,
        reviewer=world.doctor,
        review_on=clock.today() + timedelta(days=30),
    )
    return 1
