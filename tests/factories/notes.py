from __future__ import annotations

from decimal import Decimal

import factory
from django.apps import apps

from coordination.models import (
    Measure,
    MeasureComponent,
    Note,
    NoteAddressee,
    NoteKind,
    NoteReading,
    NoteVersion,
)
from coordination.usual_measures import enter
from core import clock
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory


def usual_measures() -> None:
    """A test in real transactions leaves the tables empty, those that migrations filled as well."""
    enter(apps.get_model)


class NoteFactory(factory.django.DjangoModelFactory[Note]):
    """A note for the team with its first version; `to` names addressees, `read_by` has read, `measures` by code."""

    class Meta:
        model = Note
        skip_postgeneration_save = True

    patient = factory.SubFactory(PatientFactory)
    author = factory.SubFactory(PractitionerFactory)
    kind = NoteKind.OBSERVATION
    for_team = True
    written_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def version(self, create, extracted, **options):
        words = {
            "text": "Marche avec une canne.",
            "observed_at": self.written_at,
            "written_at": self.written_at,
        }
        row = NoteVersion.objects.create(note=self, number=1, **words | options.pop("words", {}))
        for code, value in options.pop("measures", {}).items():
            component = MeasureComponent.objects.get(code=code)
            Measure.objects.create(version=row, component=component, value=Decimal(str(value)))

    @factory.post_generation
    def to(self, create, extracted, **options):
        for practitioner in extracted or []:
            NoteAddressee.objects.create(note=self, practitioner=practitioner, is_named=True)

    @factory.post_generation
    def team(self, create, extracted, **options):
        for practitioner in extracted or []:
            NoteAddressee.objects.create(note=self, practitioner=practitioner, is_named=False)

    @factory.post_generation
    def read_by(self, create, extracted, **options):
        for practitioner in extracted or []:
            NoteReading.objects.create(version=self.versions.get(number=1), practitioner=practitioner)
