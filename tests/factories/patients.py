from datetime import date

import factory

from patients.models import Patient, Proxy
from patients.models.proxy import ProxyState, Relation
from tests.factories.accounts import UserFactory


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    birth_name = factory.Sequence(lambda n: f"Lefebvre{n}")
    birth_first_names = "Jeanne"
    birth_date = date(1980, 3, 14)
    sex = "female"


class ProxyFactory(factory.django.DjangoModelFactory[Proxy]):
    class Meta:
        model = Proxy

    user = factory.SubFactory(UserFactory)
    patient = factory.SubFactory(PatientFactory)
    relation = Relation.SELF
    state = ProxyState.ACTIVE
