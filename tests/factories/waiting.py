from datetime import timedelta

import factory

from appointments.models import WaitingRequest
from core import clock
from tests.factories.appointments import ReasonCategoryFactory
from tests.factories.patients import PatientFactory


class WaitingRequestFactory(factory.django.DjangoModelFactory[WaitingRequest]):
    """Whoever waits, in the category that the factories' reasons share."""

    class Meta:
        model = WaitingRequest
        skip_postgeneration_save = True

    patient = factory.SubFactory(PatientFactory, email=factory.Sequence(lambda n: f"attend{n}@example.org"))
    category = factory.SubFactory(ReasonCategoryFactory)
    first_day = factory.LazyFunction(clock.today)
    last_day = factory.LazyFunction(lambda: clock.today() + timedelta(days=30))
    notice_minutes = 60

    @factory.post_generation
    def practitioners(self, create, extracted, **_kwargs):
        if extracted:
            self.practitioners.set(extracted)
