import factory

from coordination.models import Debrief, Lodging, Occupancy, StaffChange
from core import clock
from tests.factories.appointments import AppointmentFactory
from tests.factories.practitioners import (
    CentreFactory,
    InternshipFactory,
    PractitionerFactory,
    ProfessionFactory,
)


class DebriefFactory(factory.django.DjangoModelFactory[Debrief]):
    class Meta:
        model = Debrief

    visit = factory.SubFactory(AppointmentFactory, start_at=factory.LazyFunction(clock.now))
    stay = factory.SubFactory(InternshipFactory)
    supervisor = factory.SubFactory(PractitionerFactory)
    due_on = factory.LazyFunction(clock.today)


class LodgingFactory(factory.django.DjangoModelFactory[Lodging]):
    class Meta:
        model = Lodging

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"Studio {n}")


class OccupancyFactory(factory.django.DjangoModelFactory[Occupancy]):
    class Meta:
        model = Occupancy

    lodging = factory.SubFactory(LodgingFactory)
    occupant = factory.SubFactory(PractitionerFactory)


class StaffChangeFactory(factory.django.DjangoModelFactory[StaffChange]):
    class Meta:
        model = StaffChange

    centre = factory.SubFactory(CentreFactory)
    profession = factory.SubFactory(ProfessionFactory)
    direction = "leaves"
