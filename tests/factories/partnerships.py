from datetime import date, time
from typing import Any

import factory

from partnerships.models import (
    AdvancedConsultation,
    Agreement,
    Partner,
    PartnerContact,
    PartnerKind,
    PartnerProfessional,
    ProgrammeReason,
    ReasonKind,
    SessionPattern,
)
from tests.factories.accounts import UserFactory
from tests.factories.appointments import ReasonCategoryFactory
from tests.factories.practitioners import CentreFactory, PlaceFactory, PractitionerFactory


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


class AdvancedConsultationFactory(factory.django.DjangoModelFactory[AdvancedConsultation]):
    class Meta:
        model = AdvancedConsultation
        skip_postgeneration_save = True

    partner = factory.SubFactory(PartnerFactory)
    name = "Psychiatrie de l’adulte"
    category = factory.SubFactory(ReasonCategoryFactory)
    place = factory.SubFactory(PlaceFactory)
    triage_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def reasons(self, create, extracted, **kwargs):
        ProgrammeReason.objects.create(programme=self, kind=ReasonKind.FIRST, duration_minutes=40)
        ProgrammeReason.objects.create(programme=self, kind=ReasonKind.FOLLOW_UP, duration_minutes=20)


def agreed_programme(**fields: Any) -> AdvancedConsultation:
    """With a contract in force."""
    programme: AdvancedConsultation = AdvancedConsultationFactory(**fields)
    AgreementFactory(partner=programme.partner)
    return programme


class SessionPatternFactory(factory.django.DjangoModelFactory[SessionPattern]):
    """Every second Thursday from 19 November 2026, 14 h–17 h 30."""

    class Meta:
        model = SessionPattern

    programme = factory.SubFactory(AdvancedConsultationFactory)
    practitioner = factory.SubFactory(PractitionerFactory, kind="visiting")
    weekday = 3
    start_time = time(14)
    end_time = time(17, 30)
    every_n_weeks = 2
    valid_from = date(2026, 11, 19)
    seats = 5
