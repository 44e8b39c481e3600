import factory

from coordination.models import Alert, Allergy
from tests.factories.accounts import UserFactory
from tests.factories.patients import PatientFactory


class AllergyFactory(factory.django.DjangoModelFactory[Allergy]):
    class Meta:
        model = Allergy

    patient = factory.SubFactory(PatientFactory)
    substance = "Pénicilline"
    kind = "medication"
    criticality = "high"
    reaction = "Œdème du visage"
    verification = "confirmed"
    noted_by = factory.SubFactory(UserFactory)


class AlertFactory(factory.django.DjangoModelFactory[Alert]):
    class Meta:
        model = Alert

    patient = factory.SubFactory(PatientFactory)
    text = "Chutes répétées : raccompagner"
    kind = "safety"
    noted_by = factory.SubFactory(UserFactory)
