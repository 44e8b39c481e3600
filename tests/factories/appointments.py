from datetime import timedelta

import factory

from appointments.models import (
    Absence,
    Appointment,
    Closure,
    Enrolment,
    EnrolmentState,
    Opening,
    OpeningRule,
    ReasonCategory,
    Status,
    VisitReason,
    Workshop,
    WorkshopCycle,
    WorkshopSession,
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


class WorkshopFactory(factory.django.DjangoModelFactory[Workshop]):
    class Meta:
        model = Workshop
        skip_postgeneration_save = True

    centre = factory.SubFactory(CentreFactory)
    title = factory.Sequence(lambda n: f"Bien dormir {n}")
    slug = factory.Sequence(lambda n: f"bien-dormir-{n}")
    place = factory.SubFactory(PlaceFactory)
    seats = 10

    @factory.post_generation
    def animators(self, create, extracted, **options):
        if create and extracted:
            self.animators.set(extracted)


class WorkshopCycleFactory(factory.django.DjangoModelFactory[WorkshopCycle]):
    """With one date, `start_at`; more by `WorkshopSessionFactory(cycle=…)`."""

    class Meta:
        model = WorkshopCycle
        skip_postgeneration_save = True

    workshop = factory.SubFactory(WorkshopFactory)
    seats = factory.SelfAttribute("workshop.seats")

    @factory.post_generation
    def start_at(self, create, extracted, **options):
        if create and extracted:
            WorkshopSessionFactory(cycle=self, start_at=extracted)


class WorkshopSessionFactory(factory.django.DjangoModelFactory[WorkshopSession]):
    class Meta:
        model = WorkshopSession

    cycle = factory.SubFactory(WorkshopCycleFactory)
    place = factory.SelfAttribute("cycle.workshop.place")
    end_at = factory.LazyAttribute(lambda session: session.start_at + timedelta(hours=2))


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    cycle = factory.SubFactory(WorkshopCycleFactory)
    patient = factory.SubFactory(PatientFactory)
    state = EnrolmentState.ENROLLED
    seated_at = factory.LazyAttribute(
        lambda row: clock.now() if row.state == EnrolmentState.ENROLLED else None
    )
