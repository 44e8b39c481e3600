from datetime import date

import factory

from partnerships.models import Agreement, Partner, PartnerContact, PartnerKind, PartnerProfessional
from tests.factories.practitioners import CentreFactory, PractitionerFactory


class PartnerFactory(factory.django.DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    centre = factory.SubFactory(CentreFactory)
    name = factory.Sequence(lambda n: f"EPSM des Marais {n}")
    kind = PartnerKind.EPSM


class PartnerContactFactory(factory.django.DjangoModelFactory[PartnerContact]):
    class Meta:
        model = PartnerContact

    partner = factory.SubFactory(PartnerFactory)
    name = "Nadine Obin"
    email = factory.Sequence(lambda n: f"secretariat{n}@epsm.example")


class PartnerProfessionalFactory(factory.django.DjangoModelFactory[PartnerProfessional]):
    class Meta:
        model = PartnerProfessional

    partner = factory.SubFactory(PartnerFactory)
    practitioner = factory.SubFactory(PractitionerFactory, kind="visiting")
    since = date(2026, 1, 1)


class AgreementFactory(factory.django.DjangoModelFactory[Agreement]):
    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    partner = factory.SubFactory(PartnerFactory)
    title = "Consultations avancées de psychiatrie"
    starts_on = date(2026, 1, 1)
    ends_on = date(2027, 12, 31)
    signed_on = date(2025, 12, 10)
