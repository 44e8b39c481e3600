import factory

from coordination.models import EntryOpposition
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory


class EntryOppositionFactory(factory.django.DjangoModelFactory[EntryOpposition]):
    class Meta:
        model = EntryOpposition

    patient = factory.SubFactory(PatientFactory)
    kind = "appointment"
    opposed_by = factory.SubFactory(UserFactory)
