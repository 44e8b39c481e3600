"""What a practice is made of: hours, absences, rooms, agendas. All of it her doctor's."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.core.files.base import ContentFile

from appointments.models import Absence, Opening, ResourceClosure, VisitReason
from core import clock
from tests.cast import MONDAY
from tests.factories.appointments import (
    AbsenceFactory,
    ClosureFactory,
    OpeningFactory,
    OpeningRuleFactory,
    VisitReasonFactory,
)
from tests.factories.calendars import CalendarFeedFactory, ExternalCalendarFactory
from tests.factories.practitioners import EquipmentFactory, PlaceFactory, PractitionerFactory, RoomFactory
from tests.matrix.frame import record
from tests.matrix.people import World

# A day on which the doctor receives nobody but those whom a record names.
FAR = MONDAY + timedelta(days=35)


@record("place")
def place(world: World) -> int:
    return PlaceFactory().pk


@record("room")
def room(world: World) -> int:
    return RoomFactory().pk


@record("equipment")
def equipment(world: World) -> int:
    return EquipmentFactory().pk


@record("closure")
def closure(world: World) -> int:
    start, end = clock.day_bounds(FAR)
    return ClosureFactory(start_at=start, end_at=end).pk


@record("resource_closure")
def resource_closure(world: World) -> int:
    start, end = clock.day_bounds(FAR)
    return ResourceClosure.objects.create(room=RoomFactory(), start_at=start, end_at=end, label="Peinture").pk


@record("rule")
def rule(world: World) -> int:
    return OpeningRuleFactory(practitioner=world.doctor, valid_from=date(2027, 6, 1)).pk


def opening_of(world: World, day: date, **fields: object) -> Opening:
    opening: Opening = OpeningFactory(
        practitioner=world.doctor,
        start_at=clock.at(day, time(8)),
        end_at=clock.at(day, time(12)),
        **fields,
    )
    return opening


@record("opening")
def opening(world: World) -> int:
    return opening_of(world, MONDAY).pk


@record("cancelled_opening")
def cancelled_opening(world: World) -> int:
    return opening_of(world, FAR, cancelled_at=clock.now()).pk


@record("unscheduled_opening")
def unscheduled_opening(world: World) -> int:
    """Of today: the day's pool."""
    now = clock.now()
    opening: Opening = OpeningFactory(
        practitioner=world.doctor, start_at=now, end_at=now + timedelta(hours=3), audience="unscheduled"
    )
    return opening.pk


@record("absence")
def absence(world: World) -> int:
    start, end = clock.day_bounds(FAR + timedelta(days=1))
    away: Absence = AbsenceFactory(practitioner=world.doctor, start_at=start, end_at=end)
    return away.pk


@record("reason")
def reason(world: World) -> int:
    return VisitReasonFactory(practitioner=world.doctor, name="Consultation", cancel_limit_hours=4).pk


@record("category")
def category(world: World) -> str:
    return VisitReason.objects.get(pk=world.keys["reason"]).category.slug


@record("feed")
def feed(world: World) -> int:
    return CalendarFeedFactory(practitioner=world.doctor, token="matrix").pk


@record("feed_token")
def feed_token(world: World) -> str:
    """The secret of the address: whoever has it reads, whoever he is."""
    return "matrix"


@record("calendar")
def calendar(world: World) -> int:
    return ExternalCalendarFactory(practitioner=world.doctor).pk


@record("photographed")
def photographed(world: World) -> str:
    """Somebody who shows his face in the directory."""
    return PractitionerFactory(photo=ContentFile(b"", name="face.jpg")).slug
