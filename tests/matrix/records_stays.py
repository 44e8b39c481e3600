"""The stays of trainees, their debriefs and studios: her trainee's, under her doctor."""

from __future__ import annotations

from datetime import date

from coordination.models import LodgingRequest
from practitioners.models import Internship
from tests.factories.coordination_stays import (
    DebriefFactory,
    LodgingFactory,
    OccupancyFactory,
    StaffChangeFactory,
)
from tests.matrix.frame import record
from tests.matrix.people import World


def stay_of(world: World) -> Internship:
    return Internship.objects.get(intern=world.practitioners["trainee"])


@record("stay")
def stay(world: World) -> int:
    return stay_of(world).pk


@record("debrief")
def debrief(world: World) -> int:
    return DebriefFactory(stay=stay_of(world), supervisor=world.doctor, visit__patient=world.patient).pk


@record("lodging")
def lodging(world: World) -> int:
    return LodgingFactory().pk


@record("occupancy")
def occupancy(world: World) -> int:
    return OccupancyFactory(
        occupant=world.practitioners["trainee"], since=date(2026, 11, 1), until=date(2027, 4, 30)
    ).pk


@record("lodging_request")
def lodging_request(world: World) -> int:
    return LodgingRequest.objects.create(
        stay=stay_of(world), since=date(2026, 11, 1), until=date(2027, 4, 30)
    ).pk


@record("staff_change")
def staff_change(world: World) -> int:
    """Her doctor thinks of leaving."""
    return StaffChangeFactory(practitioner=world.doctor, on=date(2028, 1, 1)).pk
