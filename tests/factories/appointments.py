from datetime import timedelta

import factory

from appointments.models import (
    Absence,
    Appointment,
    Closure,
    Opening,
    OpeningRule,
    ReasonCategory,
    Status,
    VisitReason,
)
from core import clock
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import (
    CentreFactory,
    PlaceFactory,
    PractitionerFactory,
    ProfessionFactory,
)


class ReasonCategoryFactory(factory.django.DjangoModelFactory[ReasonCategory]):
    class Meta:
        model = ReasonCategory
        django_get_or_create = ("slug",)

    profession = factory.SubFactory(ProfessionFactory)
    name = "Consultation"
    slug = "consultation-de-medecine-generale"


class VisitReasonFactory(factory.django.DjangoModelFactory[VisitReason]):
    class Meta:
        model = VisitReason

    practitioner = factory.SubFactory(PractitionerFactory)
    category = factory.SubFactory(ReasonCategoryFactory)
    name = factory.Sequence(lambda n: f"Consultation {n}")
    duration_minutes = 20
    grid_minutes = 20


class OpeningRuleFactory(factory.django.DjangoModelFactory[OpeningRule]):
    class Meta:
        model = OpeningRule
        skip_postgeneration_save = True

    practitioner = factory.SubFactory(PractitionerFactory)
    place = factory.SubFactory(PlaceFactory)
    weekdays = factory.LazyFunction(lambda: [0, 1, 2, 3, 4])
    start_time = "08:00"
    end_time = "12:00"
    valid_from = factory.LazyFunction(clock.today)


class OpeningFactory(factory.django.DjangoModelFactory[Opening]):
    class Meta:
        model = Opening
        skip_postgeneration_save = True

    practitioner = factory.SubFactory(PractitionerFactory)
    place = factory.SubFactory(PlaceFactory)
    end_at = factory.LazyAttribute(lambda opening: opening.start_at + timedelta(hours=4))


class AbsenceFactory(factory.django.DjangoModelFactory[Absence]):
    class Meta:
        model = Absence

    practitioner = factory.SubFactory(PractitionerFactory)


class ClosureFactory(factory.django.DjangoModelFactory[Closure]):
    class Meta:
        model = Closure

    centre = factory.SubFactory(CentreFactory)
    label = "Travaux"


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    status = Status.BOOKED
    reason = factory.SubFactory(VisitReasonFactory)
    practitioner = factory.SelfAttribute("reason.practitioner")
    patient = factory.SubFactory(PatientFactory)
    place = factory.SubFactory(PlaceFactory)
    booked_at = factory.LazyFunction(clock.now)
    end_at = factory.LazyAttribute(lambda appointment: appointment.start_at + appointment.reason.duration)
    blocked_until = factory.LazyAttribute(
        lambda appointment: appointment.start_at + appointment.reason.duration + appointment.reason.buffer
    )
